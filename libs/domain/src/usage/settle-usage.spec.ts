import { aStream, postedUsage } from '../../test/a-ledger-event';
import { anOpenStream, aPosting, records, settleAlone, terms } from '../../test/a-batch';
import { aCatalogue, aPlan, termsAfter } from '../../test/a-plan';
import { cents } from '../../test/a-rate-card';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { headAfter } from '../ledger/post-on-stream';
import { organizationIdOf } from '../organization/organization';
import { requestKey, settleUsage } from './settle-usage';
import type { SettlingTerms } from './settling-terms';
import type { RejectedRecord } from './usage-record';
import type { UsageEvent } from './usage-event';
import { contentDigest, identityDigest } from './usage-identity';

const acme = organizationIdOf('org_acme');

describe('settleUsage', () => {
  it('posts events on their streams, one after the other', () => {
    const events = [
      aUsageEvent({ id: 'evt_1', requestId: 'req_1' }),
      aUsageEvent({ id: 'evt_2', requestId: 'req_2', organizationId: organizationIdOf('org_other') }),
      aUsageEvent({ id: 'evt_3', requestId: 'req_3' }),
    ];
    const settled = settleAlone(records(...events), terms({}, [anOpenStream(), anOpenStream('org_other', 10_000)]));
    expect(settled.applied.map(({ posted }) => [posted.organizationId, posted.sequence, posted.balanceAfter])).toEqual([
      ['org_acme', 1, cents('-0.35')],
      ['org_other', 1, cents('-0.7')],
      ['org_acme', 2, cents('-0.7')],
    ]);
    expect(settled.applied.map(({ usage }) => usage.event)).toEqual(events);
    expect(settled.heads.get(acme)).toEqual(headAfter(settled.applied[2]!.posted));
    expect([settled.heads.size, settled.duplicates, settled.parked]).toEqual([2, 0, []]);
  });

  it('settles batches of several partitions together, each as if those before it had come earlier', () => {
    const [first, second] = [aUsageEvent({ id: 'evt_1' }), aUsageEvent({ id: 'evt_2', requestId: 'req_2' })];
    const { batches, heads } = settleUsage(
      [
        { ingestPartition: 7, records: records(first) },
        { ingestPartition: 9, records: records(first, second, aUsageEvent({ id: 'evt_2', tokens: { input: 1 } })) },
      ],
      terms(),
    );
    expect(
      batches.map(({ applied }) => applied.map(({ posted }) => [posted.sequence, posted.usage?.ingestPartition])),
    ).toEqual([[[1, 7]], [[2, 9]]]);
    expect(batches.map(({ duplicates }) => duplicates)).toEqual([0, 1]);
    expect(batches.map(({ parked }) => parked.map(({ offset, reason }) => [offset, reason]))).toEqual([
      [],
      [[2, 'conflict']],
    ]);
    expect(heads.get(acme)?.sequence).toBe(2);
  });

  it('goes on from the head of the stream', () => {
    const stream = { ...anOpenStream(), head: aStream({ sequence: 41, balance: cents('10') }) };
    const { applied } = settleAlone(records(aUsageEvent()), terms({}, [stream]));
    expect(applied[0]?.posted).toMatchObject({ sequence: 42, balanceAfter: cents('9.65') });
  });

  describe('takes the same event again', () => {
    const again = aUsageEvent();

    it('for a duplicate, in the same batch', () => {
      const settled = settleAlone(records(again, again, again), terms());
      expect([settled.applied.length, settled.duplicates, settled.parked.length]).toEqual([1, 2, 0]);
    });

    it('for a duplicate, when it was applied before', () => {
      const applied = new Map([[identityDigest(again, sha256), contentDigest(again, sha256)]]);
      const settled = settleAlone(
        records(again),
        terms({ known: { applied, countedRequests: new Set(), charges: new Map() } }),
      );
      expect([settled.applied.length, settled.duplicates, settled.heads.size]).toEqual([0, 1, 0]);
    });

    it('for a conflict, when it says something else', () => {
      const other = aUsageEvent({ tokens: { input: 1 } });
      const settled = settleAlone(records(again, other, again), terms());
      expect([settled.applied.length, settled.duplicates]).toEqual([1, 1]);
      expect(settled.parked).toMatchObject([
        { offset: 1, reason: 'conflict', organizationId: 'org_acme', source: again.source, eventId: 'evt_1' },
      ]);
    });

    it('for a conflict, when only its time is another, months away', () => {
      const later = aUsageEvent({ occurredAt: at('2027-01-23T10:00:00Z') });
      const detail = 'another event with this organization, source and id was applied before with other content';
      expect(settleAlone(records(again, later), terms()).parked).toMatchObject([
        { reason: 'conflict', faults: [{ pointer: '', detail }] },
      ]);
    });

    it('for another event, when another source or organization sent it', () => {
      const events = [
        again,
        aUsageEvent({ source: '/floopy/gateway/eu-2' }),
        aUsageEvent({ organizationId: organizationIdOf('org_other') }),
      ];
      const settled = settleAlone(records(...events), terms({}, [anOpenStream(), anOpenStream('org_other')]));
      expect([settled.applied.length, settled.duplicates]).toEqual([3, 0]);
    });
  });

  describe('counts a request once', () => {
    const counted = (given: SettlingTerms, ...events: readonly UsageEvent[]): boolean[] =>
      settleAlone(records(...events), given).applied.map(({ posted }) => posted.usage?.counted === true);

    it('whatever attempts it took, each of which is charged', () => {
      const attempts = ['evt_1', 'evt_2', 'evt_3'].map((id) => aUsageEvent({ id }));
      expect(counted(terms(), ...attempts)).toEqual([true, false, false]);
      expect(settleAlone(records(...attempts), terms()).heads.get(acme)?.balance).toBe(cents('-1.05'));
    });

    it('at the first attempt that was served', () => {
      const failed = aUsageEvent({ id: 'evt_1', outcome: 'upstream_error' });
      const served = aUsageEvent({ id: 'evt_2' });
      expect(counted(terms(), failed, served, aUsageEvent({ id: 'evt_3' }))).toEqual([false, true, false]);
    });

    it('when an earlier batch has counted it', () => {
      const countedRequests = new Set([requestKey(acme, 'req_1')]);
      const known = { applied: new Map(), countedRequests, charges: new Map() };
      expect(counted(terms({ known }), aUsageEvent())).toEqual([false]);
    });

    it('for each organization that uses its name', () => {
      const given = terms({}, [anOpenStream(), anOpenStream('org_other')]);
      expect(counted(given, aUsageEvent(), aUsageEvent({ organizationId: organizationIdOf('org_other') }))).toEqual([
        true,
        true,
      ]);
    });
  });

  it('parks usage of an organization that does not exist', () => {
    const settled = settleAlone(records(aUsageEvent()), terms({}, []));
    expect(settled.applied).toEqual([]);
    expect(settled.parked).toMatchObject([
      {
        reason: 'unknown_organization',
        organizationId: 'org_acme',
        faults: [
          {
            pointer: '/data/organization_id',
            detail: 'no such organization; create it, then re-drive this record',
          },
        ],
      },
    ]);
  });

  it('parks usage without a rate, naming the rate, and applies what is behind it', () => {
    const settled = settleAlone(records(aUsageEvent({ id: 'evt_0', model: 'gpt-9' }), aUsageEvent()), terms());
    expect(settled.parked).toMatchObject([{ offset: 0, reason: 'unpriced', eventId: 'evt_0' }]);
    expect(settled.parked[0]?.faults).toEqual([
      { pointer: '/data/model', detail: 'no rate in force for openai/gpt-9 (standard): missing model' },
    ]);
    expect(settled.applied.map(({ posted }) => posted.sequence)).toEqual([1]);
  });

  it('remembers nothing of usage that it parks: the request counts when a rate was added', () => {
    const unpriced = aUsageEvent({ id: 'evt_1', model: 'gpt-9' });
    const settled = settleAlone(records(unpriced, unpriced, aUsageEvent({ id: 'evt_2' })), terms());
    expect(settled.parked.map(({ offset }) => offset)).toEqual([0, 1]);
    expect(settled.applied[0]?.posted.usage?.counted).toBe(true);
  });

  it('parks what could not be read, with its own reason and faults', () => {
    const rejected: RejectedRecord = {
      type: 'rejected',
      offset: 3,
      reason: 'invalid',
      faults: [{ pointer: '/time', detail: 'is required' }],
      organizationId: null,
      source: '/x',
      eventId: 'evt_9',
    };
    const { type, ...parked } = rejected;
    expect([type, settleAlone([rejected], terms()).parked]).toEqual(['rejected', [parked]]);
  });

  it('keeps the user beside the ledger, under a number', () => {
    const events = [aUsageEvent({ userId: 'usr_1' }), aUsageEvent({ id: 'evt_2' })];
    const { applied } = settleAlone(records(...events), terms());
    expect(applied.map(({ posted }) => posted.usage?.userReference)).toEqual([805, null]);
  });

  it('never lets the stream go back when the clock does', () => {
    const ahead = at('2026-11-23T11:00:00Z');
    const stream = { ...anOpenStream(), head: aStream({ recordedAt: ahead }) };
    const recordedAt = (head: typeof stream): unknown =>
      settleAlone(records(aUsageEvent()), terms({}, [head])).applied[0]?.posted.recordedAt;
    expect(recordedAt(stream)).toBe(ahead);
    expect(recordedAt(anOpenStream())).toBe(at('2026-11-23T10:00:05Z'));
  });

  it('answers nothing for nothing', () => {
    expect(settleAlone([], terms())).toEqual({
      applied: [],
      heads: new Map(),
      counts: new Map(),
      parked: [],
      duplicates: 0,
    });
  });

  describe('under a plan', () => {
    const planned = (posting = aPosting(), markupBasisPoints: number | null = null) => {
      const events = ['1', '2', '3'].map((id) => aUsageEvent({ id: `evt_${id}`, requestId: `req_${id}` }));
      return settleAlone(records(...events), terms({}, [{ ...anOpenStream(), posting, ...agreed(markupBasisPoints) }]));
    };
    const agreed = (markupBasisPoints: number | null) => ({
      organization: { id: acme, name: 'Acme', markupBasisPoints },
    });
    const november = at('2026-11-01T00:00:00Z');

    it('places each request in the order of the ledger, and says what the period has come to', () => {
      const { applied, counts } = planned(aPosting({ latest: { periodStart: november, requests: 998 } }));
      expect(applied.map(({ posted }) => [posted.usage?.plan?.standing, posted.usage?.counted])).toEqual([
        ['included', true],
        ['included', true],
        ['excess_unbilled', true],
      ]);
      expect([...counts]).toEqual([[acme, { periodStart: november, requests: 1_001 }]]);
    });

    it('writes the rate of overage on the entry, and takes nothing of it from the credits', () => {
      const overage = termsAfter(
        ['2026-11-01T00:00:00Z', { type: 'plan', planId: 'pro' }],
        ['2026-11-02T00:00:00Z', { type: 'overage', enabled: true }],
      );
      const posting = aPosting({ terms: overage, latest: { periodStart: november, requests: 100_000 } });
      const [first] = planned(posting).applied;
      expect(first?.posted.usage?.plan).toEqual({ planVersion: 2, standing: 'overage', overageRate: cents('0.1') });
      expect(first?.posted.amount).toBe(cents('-0.35'));
    });

    it('adds the markup that was agreed, else the plan’s', () => {
      const posting = aPosting({ plans: aCatalogue(aPlan({ markupBasisPoints: 10_000 })) });
      const charged = (markup: number | null) => planned(posting, markup).applied[0]?.posted.amount;
      expect([charged(null), charged(0)]).toEqual([cents('-0.7'), cents('-0.35')]);
    });

    it('counts a request once over its attempts, and nothing that is parked', () => {
      const events = [
        aUsageEvent({ id: 'evt_1', outcome: 'upstream_error' }),
        aUsageEvent({ id: 'evt_2', model: 'gpt-9' }),
        aUsageEvent({ id: 'evt_3' }),
        aUsageEvent({ id: 'evt_4' }),
      ];
      const settled = settleAlone(records(...events), terms({}, [{ ...anOpenStream(), posting: aPosting() }]));
      expect(settled.applied.map(({ posted }) => posted.usage?.plan?.standing)).toEqual([
        'exempt',
        'included',
        'repeated',
      ]);
      expect(settled.counts.get(acme)?.requests).toBe(1);
    });

    it('says nothing of counts that have not changed', () => {
      const failed = records(aUsageEvent({ outcome: 'blocked' }));
      expect(settleAlone(failed, terms({}, [{ ...anOpenStream(), posting: aPosting() }])).counts.size).toBe(0);
    });
  });

  it('posts what postUsage makes of the event', () => {
    const { applied } = settleAlone(records(aUsageEvent()), terms({ now: at('2026-11-23T10:00:01Z') }));
    const plan = { planVersion: 1, standing: 'included', overageRate: null } as const;
    expect(applied[0]?.posted).toEqual(postedUsage(aStream(), {}, { plan }).event);
  });
});
