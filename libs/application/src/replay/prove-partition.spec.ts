import { type IdentifiedRecord, type Instant, instantOfMilliseconds, MAX_CLOCK_AHEAD_MS } from '@floopy/domain';
import { ACME, at, aUsage } from '../../test/a-stored-ledger';
import { PUBLICATION_GRACE_MS } from '../ledger/verify-receipt';
import type { BatchRecord } from '../usage/ingest-usage';
import { PartitionProof } from './prove-partition';

const BEGIN = at('2026-11-23T10:00:00Z');
const RECORDED = {
  ingestPartition: 4,
  partition: 1,
  firstOffset: 0,
  nextOffset: 100,
  applied: 3,
  duplicates: 0,
  parked: 0,
  skipped: 97,
};

const after = (milliseconds: number): Instant => instantOfMilliseconds(BEGIN + milliseconds);

function aRecord(occurredAfter: number): BatchRecord {
  const event = aUsage({ occurredAt: after(occurredAfter) });
  const identified = { type: 'usage', offset: 50, event } as IdentifiedRecord;
  return { offset: 50, appendedAt: BEGIN, identified, raw: () => ({ key: null, value: null, headers: [] }) };
}

/** Whether an entry that was recorded then must be one of which a record speaks. */
function isAskedFor(proof: PartitionProof, recordedAfter: number): boolean {
  const place = { organizationKey: 1, organizationId: ACME.id, sequence: 9, ingestPartition: 4 };
  return proof.mustHaveRecord({ ...place, recordedAt: after(recordedAfter) });
}

describe('PartitionProof', () => {
  it('asks for a record of every entry where all of a partition was read', () => {
    const proof = new PartitionProof(RECORDED, { partition: 1, from: 0, until: 100 });
    expect([proof.isWhole, isAskedFor(proof, -1_000_000), isAskedFor(proof, 1_000_000)]).toEqual([true, true, true]);
  });

  it('asks for none where reading began later, until an event is met that cannot have come before', () => {
    const proof = new PartitionProof(RECORDED, { partition: 1, from: 50, until: 100 });
    proof.took(aRecord(0));
    proof.applied(aRecord(MAX_CLOCK_AHEAD_MS), after(10_000));
    expect(isAskedFor(proof, 1_000_000)).toBe(false);
    proof.applied(aRecord(MAX_CLOCK_AHEAD_MS + 1), after(20_000));
    expect(isAskedFor(proof, 20_000 + PUBLICATION_GRACE_MS)).toBe(false);
    expect(isAskedFor(proof, 20_001 + PUBLICATION_GRACE_MS)).toBe(true);
  });

  it('asks for none that may have come after the last record that was read', () => {
    const proof = new PartitionProof(RECORDED, { partition: 1, from: 0, until: 80 });
    proof.took(aRecord(0));
    proof.applied(aRecord(0), after(20_000));
    expect(isAskedFor(proof, 20_000 - PUBLICATION_GRACE_MS)).toBe(false);
    expect(isAskedFor(proof, 19_999 - PUBLICATION_GRACE_MS)).toBe(true);
  });

  it('asks for none once offsets went missing under the reading', () => {
    const proof = new PartitionProof(RECORDED, { partition: 1, from: 0, until: 100 });
    proof.hasHole = true;
    expect([proof.isWhole, isAskedFor(proof, 0)]).toEqual([false, false]);
    expect([...proof.compareTally()]).toEqual([]);
  });

  it('names counters that the records do not bear out', () => {
    const proof = new PartitionProof(RECORDED, { partition: 1, from: 0, until: 100 });
    proof.tally.skipped = 97;
    proof.applied(aRecord(0), after(0));
    expect([...proof.compareTally()]).toEqual([
      { kind: 'partition_applied', partition: 1, expected: '1 offsets', found: '3' },
    ]);
  });
});
