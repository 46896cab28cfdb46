import { addAmounts, amountOfUnits, hashLedgerEvent, type LedgerEvent } from '@floopy/domain';
import {
  ACME,
  aCard,
  aPartition,
  aStoredLedger,
  at,
  aUsage,
  contentsOf,
  monthAround,
  RECORDED_AT,
  sha256,
  snapshotOf,
  type StoredLedger,
  withEvent,
} from '../../test/a-stored-ledger';
import { type Verification, verifyLedger } from './verify-ledger';
import { MAX_LISTED_MISMATCHES } from './verify-mismatch';
import { PUBLICATION_GRACE_MS } from './verify-receipt';

function verify(ledger: StoredLedger): Promise<Verification> {
  return verifyLedger({ snapshot: snapshotOf(ledger), sha256, onProgress: () => undefined });
}

/** Writes an entry's chain anew, as somebody would who knows how: only what it says can still give it away. */
function rechain(ledger: StoredLedger): void {
  let previous = hashLedgerEvent(eventAt(ledger, 1), '0'.repeat(64) as LedgerEvent['hash'], sha256);
  for (let position = 2; position <= ledger.entries.length; position += 1) {
    const hash = hashLedgerEvent(eventAt(ledger, position), previous, sha256);
    withEvent(ledger, position, (event) => ({ ...event, hash }));
    previous = hash;
  }
  if (ledger.head !== null) ledger.head = { ...ledger.head, hash: previous };
}

function eventAt(ledger: StoredLedger, position: number): LedgerEvent {
  const entry = ledger.entries[position - 1];
  if (entry?.type !== 'entry') throw new Error(`no entry at ${position}`);
  return entry.event;
}

const threeUsages = () =>
  aStoredLedger([aUsage(), aUsage({ id: 'evt_2', requestId: 'req_2' }), aUsage({ id: 'evt_3', requestId: 'req_3' })]);

describe('verifyLedger', () => {
  it('finds nothing wrong with what was posted, and counts what it has looked at', async () => {
    expect(await verify(threeUsages())).toEqual({
      ok: true,
      checked: { organizations: 1, entries: 4, receipts: 3, partitions: 1 },
      relayedRecords: null,
      mismatches: [],
      mismatchCount: 0,
    });
  });

  it('tells its progress in entries', async () => {
    const told: number[] = [];
    const onProgress = (entries: number) => told.push(entries);
    await verifyLedger({ snapshot: snapshotOf(threeUsages()), sha256, onProgress });
    expect(told).toEqual([0, 2, 4]);
  });

  it('names a wrong amount at its entry and in the sums, and no later entry', async () => {
    const ledger = threeUsages();
    withEvent(ledger, 2, (event) => ({ ...event, amount: addAmounts(event.amount, amountOfUnits(1n)) }));
    const { mismatches } = await verify(ledger);
    expect(mismatches.map(({ kind, position }) => `${kind} ${position ?? ''}`.trim())).toEqual([
      'balance_after 2',
      'hash 2',
      'amount 2',
      'head_balance 4',
      'monthly_usage',
    ]);
  });

  it('finds a charge that its card does not give, however well the chain was written anew', async () => {
    const ledger = threeUsages();
    withEvent(ledger, 3, (event) =>
      event.usage === null
        ? event
        : { ...event, usage: { ...event.usage, tokens: { ...event.usage.tokens, output: 101 } } },
    );
    rechain(ledger);
    const { mismatches } = await verify(ledger);
    expect(mismatches).toEqual([
      {
        kind: 'amount',
        organizationId: ACME.id,
        position: 3,
        expected: '-0.3597750000',
        found: '-0.3587500000',
      },
    ]);
  });

  it('goes on after an entry that cannot be read, and says why it cannot', async () => {
    const ledger = threeUsages();
    const trail = eventAt(ledger, 2);
    ledger.entries[1] = { type: 'unreadable', sequence: 2, detail: 'source_key 9 names nothing', trail };
    ledger.months = null;
    ledger.overage = null;
    ledger.partitions = null;
    const { mismatches, checked } = await verify(ledger);
    expect(mismatches).toEqual([
      {
        kind: 'entry',
        organizationId: ACME.id,
        position: 2,
        expected: 'a ledger event',
        found: 'source_key 9 names nothing',
      },
    ]);
    expect(checked.entries).toBe(4);
  });

  it('finds time that went back, and a stream whose head is gone', async () => {
    const ledger = threeUsages();
    withEvent(ledger, 3, (event) => ({ ...event, recordedAt: at('2026-11-23T09:59:59.999Z') }));
    ledger.head = null;
    rechain(ledger);
    const kinds = (await verify(ledger)).mismatches.map(({ kind, position }) => `${kind} ${position}`);
    expect(kinds).toEqual(['recorded_at 3', 'head 4']);
  });

  it('finds a month that nothing on the ledger gives', async () => {
    const ledger = threeUsages();
    const spend = amountOfUnits(5n);
    ledger.months = [...(ledger.months ?? []), monthAround(at('2026-10-01T00:00:00Z'), { requests: 1, spend })];
    expect((await verify(ledger)).mismatches).toEqual([
      {
        kind: 'monthly_usage',
        organizationId: ACME.id,
        subject: '2026-10-01T00:00:00.000Z/gateway',
        expected: 'none',
        found: '1 requests, 0.0000000005 until 2026-11-01T00:00:00.000Z',
      },
    ]);
  });

  it('counts what each partition gave, and believes no counter', async () => {
    const ledger = threeUsages();
    ledger.partitions = [aPartition({ nextOffset: 5, applied: 2, duplicates: 1, parked: 1, deadLetters: 2 })];
    expect((await verify(ledger)).mismatches.map(({ kind }) => kind)).toEqual([
      'partition_offsets',
      'partition_parked',
      'partition_applied',
    ]);
    ledger.partitions = [];
    expect((await verify(ledger)).mismatches).toMatchObject([{ kind: 'partition_applied', expected: '3 entries' }]);
  });

  it('finds a number of the last change of terms that is not that, and changes that are missing', async () => {
    const ledger = threeUsages();
    const change = { type: 'overage', enabled: true } as const;
    const made = { position: 4, recordedAt: RECORDED_AT, effectiveAt: RECORDED_AT, changedBy: 'ada', change };
    ledger.terms = {
      version: 4,
      changes: [
        { ...made, number: 1 },
        { ...made, number: 3 },
      ],
    };
    expect((await verify(ledger)).mismatches).toMatchObject([
      { kind: 'head_terms_version', expected: '3', found: '4' },
      { kind: 'organization_change', expected: '1 to 3', found: '2 changes' },
    ]);
  });

  it('tells what stands there more than once, and what counted otherwise than once', async () => {
    const ledger = threeUsages();
    const request = { type: 'request', organizationId: ACME.id, requestId: 'req_9' } as const;
    ledger.repetitions = [
      { type: 'identity', organizationId: ACME.id, position: 3, times: 2 },
      { ...request, firstServed: null, firstCounted: 2, firstRepeated: null, timesCounted: 2 },
      { ...request, firstServed: 2, firstCounted: null, firstRepeated: null, timesCounted: 0 },
      { ...request, firstServed: null, firstCounted: 4, firstRepeated: 3, timesCounted: 1 },
    ];
    expect((await verify(ledger)).mismatches).toMatchObject([
      { kind: 'repeated_identity', position: 3, expected: 'once', found: '2 times' },
      { kind: 'counted', position: 2, expected: 'at most once', found: '2 times, first at 2' },
      { kind: 'counted', position: 2, expected: 'once, at 2', found: 'not counted' },
      { kind: 'counted', position: 4, expected: 'once, before 3', found: '1 times, first at 4' },
    ]);
  });

  it('lists the first thousand mismatches, and counts the rest', async () => {
    const ledger = threeUsages();
    const repetition = { type: 'identity', organizationId: ACME.id, position: 1, times: 2 } as const;
    ledger.repetitions = Array.from({ length: MAX_LISTED_MISMATCHES + 5 }, () => repetition);
    const { mismatches, mismatchCount } = await verify(ledger);
    expect([mismatches.length, mismatchCount]).toEqual([MAX_LISTED_MISMATCHES, MAX_LISTED_MISMATCHES + 5]);
  });

  describe('of prices', () => {
    const later = (ms: number) => aCard({ version: 2, publishedAt: (RECORDED_AT + ms) as typeof RECORDED_AT });

    async function faultsWith(...cards: ReturnType<typeof aCard>[]): Promise<string[]> {
      const ledger = aStoredLedger();
      ledger.contents = contentsOf([aCard(), ...cards]);
      return (await verify(ledger)).mismatches.map(({ kind, expected, found }) => `${kind}: ${expected}, not ${found}`);
    }

    it('takes the newest card that was published when the charge was recorded', async () => {
      expect(await faultsWith(later(PUBLICATION_GRACE_MS + 1))).toEqual([]);
      expect(await faultsWith(later(-PUBLICATION_GRACE_MS))).toEqual(['rate_card_version: 2, not 1']);
    });

    it('takes either card near a publication, since two machines never agree on the time', async () => {
      expect(await faultsWith(later(PUBLICATION_GRACE_MS))).toEqual([]);
      expect(await faultsWith(later(1 - PUBLICATION_GRACE_MS))).toEqual([]);
    });

    it('passes over a newer card that was not in force when the request was served', async () => {
      const nextYear = { start: at('2027-01-01T00:00:00Z'), end: null };
      expect(await faultsWith(aCard({ version: 2, inForce: nextYear }))).toEqual([]);
    });

    it('finds a charge for what was never served, and usage that was served for nothing', async () => {
      const free = aStoredLedger([aUsage({ outcome: 'blocked' })]);
      const price = { rateCardVersion: 1, overrideVersion: null, markupBasisPoints: 0 };
      withEvent(free, 2, (event) => ({ ...event, usage: event.usage && { ...event.usage, price } }));
      rechain(free);
      expect((await verify(free)).mismatches).toMatchObject([{ kind: 'rate_card_version', expected: 'none' }]);
      const served = aStoredLedger();
      withEvent(served, 2, (event) => ({ ...event, usage: event.usage && { ...event.usage, price: null } }));
      rechain(served);
      expect((await verify(served)).mismatches).toMatchObject([{ kind: 'rate_card_version', found: 'none' }]);
    });

    it('finds token counts that no request can have, instead of failing over them', async () => {
      const ledger = aStoredLedger();
      withEvent(ledger, 2, (event) => ({
        ...event,
        usage: event.usage && { ...event.usage, tokens: { ...event.usage.tokens, cacheReadInput: 1_001 } },
      }));
      rechain(ledger);
      expect((await verify(ledger)).mismatches).toMatchObject([
        { kind: 'amount', found: 'input_subsets_exceed_total' },
      ]);
    });

    it('goes on without a card that cannot be read, and tells every charge that it decided', async () => {
      const ledger = aStoredLedger();
      ledger.contents = ledger.contents.map((content) => ({ ...content, text: content.text.slice(1) }));
      const { mismatches } = await verify(ledger);
      expect(mismatches.map(({ kind, subject, position }) => `${kind} ${subject ?? position}`)).toEqual([
        'rate_card version 1',
        'rate_card_version 2',
      ]);
    });

    it('finds a card whose text no longer has the hash that was published, and prices by it', async () => {
      const ledger = aStoredLedger();
      const dearer = (text: string) => text.replaceAll('0.0010000000', '0.0020000000');
      ledger.contents = ledger.contents.map((content) => ({ ...content, text: dearer(content.text) }));
      expect((await verify(ledger)).mismatches).toMatchObject([
        { kind: 'rate_card', subject: 'version 1' },
        { kind: 'amount', position: 2, expected: '-0.4612500000', found: '-0.3587500000' },
      ]);
    });
  });
});
