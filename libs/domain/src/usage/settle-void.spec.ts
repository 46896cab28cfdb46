import { aPosting, anOpenStream, INGEST_PARTITION, settleAlone, terms } from '../../test/a-batch';
import { aCatalogue, aPlan } from '../../test/a-plan';
import { cents } from '../../test/a-rate-card';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { aVoid, mixedRecords } from '../../test/a-void';
import { sha256 } from '../../test/sha256';
import { isCharge } from '../corrections/corrected-charge';
import { organizationIdOf } from '../organization/organization';
import { identityDigest } from './usage-identity';

const PLANS = aCatalogue(aPlan({ includedRequests: 1 }));

describe('a void', () => {
  it('gives back what its event was charged, and takes the request out of the count', () => {
    const { applied, counts, heads } = settleAlone(mixedRecords(aUsageEvent(), aVoid()), terms());
    const [charge, reversal] = applied.map(({ posted }) => posted);
    expect(charge?.amount).toEqual(cents('-0.35'));
    expect(reversal).toMatchObject({
      sequence: 2,
      amount: cents('0.35'),
      occurredAt: charge?.occurredAt,
      cause: { kind: 'reversal', id: '1' },
      reason: 'sent by mistake',
      correction: {
        uncounted: true,
        voiding: { source: '/floopy/gateway/eu-1', id: 'void_1', ingestPartition: INGEST_PARTITION },
      },
    });
    const acme = organizationIdOf('org_acme');
    expect(counts.get(acme)).toEqual({ periodStart: at('2026-11-01T00:00:00Z'), requests: 0 });
    expect(heads.get(acme)?.balance).toBe(0n);
  });

  it('leaves the count alone when its event is not what the request counted by', () => {
    const second = aUsageEvent({ id: 'evt_2', attemptId: 'att_2' });
    const ofSecond = aVoid({ voided: { source: second.source, id: 'evt_2' } });
    const { applied, counts } = settleAlone(mixedRecords(aUsageEvent(), second, ofSecond), terms());
    expect(applied[2]?.posted.correction?.uncounted).toBe(false);
    expect([...counts.values()]).toEqual([{ periodStart: at('2026-11-01T00:00:00Z'), requests: 1 }]);
  });

  it('makes room in the allowance for what comes after it', () => {
    const stream = { ...anOpenStream(), posting: aPosting({ plans: PLANS }) };
    const next = (n: number) => aUsageEvent({ id: `evt_${n}`, requestId: `req_${n}` });
    const { applied } = settleAlone(mixedRecords(next(1), next(2), aVoid(), next(3)), terms({}, [stream]));
    expect(applied.map(({ posted }) => posted.usage?.plan?.standing ?? posted.cause.kind)).toEqual([
      'included',
      'excess_unbilled',
      'reversal',
      'excess_unbilled',
    ]);
    const ofSecond = aVoid({ id: 'void_2', voided: { source: next(2).source, id: 'evt_2' } });
    const both = settleAlone(mixedRecords(next(1), next(2), aVoid(), ofSecond, next(3)), terms({}, [stream]));
    expect(both.applied[4]?.posted.usage?.plan?.standing).toBe('included');
  });

  it('waits as a dead letter when its event was not applied, or comes after it', () => {
    const early = settleAlone(mixedRecords(aVoid(), aUsageEvent()), terms());
    expect(early.parked).toMatchObject([{ offset: 0, reason: 'unknown_event', eventId: 'void_1' }]);
    expect(early.parked[0]?.faults[0]?.detail).toContain('re-drive this void after it was');
    expect(early.applied).toHaveLength(1);
    const other = settleAlone(mixedRecords(aUsageEvent(), aVoid({ voided: { source: '/x', id: 'evt_1' } })), terms());
    expect(other.parked.map(({ reason }) => reason)).toEqual(['unknown_event']);
    const nowhere = settleAlone(mixedRecords(aVoid({ organizationId: organizationIdOf('org_none') })), terms());
    expect(nowhere.parked.map(({ reason }) => reason)).toEqual(['unknown_organization']);
  });

  it('is applied once: a resend and another void of the same event add nothing, another content is a conflict', () => {
    const events = [aUsageEvent(), aVoid(), aVoid(), aVoid({ id: 'void_2' }), aVoid({ reason: 'changed' })];
    const settled = settleAlone(mixedRecords(...events), terms());
    expect([settled.applied.length, settled.duplicates]).toEqual([2, 2]);
    expect(settled.parked.map(({ offset, reason }) => [offset, reason])).toEqual([[4, 'conflict']]);
  });

  it('of an event that is reversed already keeps no identity: usage under its id is charged as what it is', () => {
    const again = aVoid({ id: 'void_2' });
    const served = aUsageEvent({ id: 'void_2', requestId: 'req_2' });
    const settled = settleAlone(mixedRecords(aUsageEvent(), aVoid(), again, again, served), terms());
    expect([settled.duplicates, settled.parked]).toEqual([2, []]);
    expect(settled.applied.map(({ posted: { cause } }) => `${cause.kind} ${cause.id}`)).toEqual([
      'usage_event evt_1',
      'reversal 1',
      'usage_event void_2',
    ]);
  });

  it('does not touch an event that has taken its identity, nor void a void', () => {
    const same = aVoid({ id: 'evt_1' });
    const ofVoid = aVoid({ id: 'void_2', voided: { source: '/floopy/gateway/eu-1', id: 'void_1' } });
    const settled = settleAlone(mixedRecords(aUsageEvent(), same, aVoid(), ofVoid), terms());
    expect(settled.parked.map(({ reason }) => reason)).toEqual(['conflict', 'unknown_event']);
  });

  it('finds a charge of an earlier batch, with the corrections that it has by then', () => {
    const first = settleAlone(mixedRecords(aUsageEvent()), terms());
    const [posted] = first.applied.map((applied) => applied.posted);
    if (posted === undefined || !isCharge(posted)) throw new Error('the event was charged');
    const head = first.heads.get(posted.organizationId);
    if (head === undefined) throw new Error('the stream has a head');
    const identity = identityDigest(aUsageEvent(), sha256);
    const posting = aPosting({ latest: { periodStart: at('2026-11-01T00:00:00Z'), requests: 1 } });
    const stream = { ...anOpenStream(), head, posting };
    const known = (corrections: (typeof posted)[]) => ({
      applied: new Map([[identity, posted.usage.contentDigest]]),
      countedRequests: new Set<string>(),
      charges: new Map([[identity, { charge: posted, corrections }]]),
    });
    const second = settleAlone(mixedRecords(aVoid()), terms({ known: known([]) }, [stream]));
    expect(second.applied[0]?.posted).toMatchObject({ sequence: 2, amount: cents('0.35') });
    const reversal = second.applied[0]?.posted as typeof posted;
    const third = settleAlone(mixedRecords(aVoid({ id: 'void_2' })), terms({ known: known([reversal]) }, [stream]));
    expect([third.duplicates, third.applied.length]).toEqual([1, 0]);
  });
});
