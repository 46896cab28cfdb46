import * as fc from 'fast-check';
import {
  anOpenStream,
  aPosting,
  cut,
  INGEST_PARTITION,
  type LoneSettlement,
  records,
  settleAlone,
  terms,
} from '../../test/a-batch';
import { aCatalogue, aPlan, termsAfter as organizationTermsAfter } from '../../test/a-plan';
import { aCard, anOverrideOf, someUsage } from '../../test/arbitraries';
import { forge } from '../../test/forge-event';
import { at } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { EMPTY_BALANCE, projectBalance } from '../balance/project-balance';
import { GENESIS_HASH, hashLedgerEvent } from '../ledger/hash-ledger-event';
import type { LedgerEvent } from '../ledger/ledger-event';
import { type MonthlyUsage, projectMonthlyUsage } from '../monthly-usage/project-monthly-usage';
import { amountOfUnits } from '../money/amount';
import type { OrganizationId } from '../organization/organization';
import type { PostingTerms } from '../overage/open-periods';
import { type PriceBook, priceBookOf } from '../pricing/price-book';
import { calendarMonthOf } from '../time/billing-period';
import type { Instant } from '../time/instant';
import { requestKey, settleUsage } from './settle-usage';
import type { OpenStream, SettlingTerms } from './settling-terms';
import { isServed, type UsageEvent } from './usage-event';
import { identityDigest } from './usage-identity';

const PLANS = aCatalogue(aPlan({ includedRequests: 2, overageRate: amountOfUnits(7n) }));
const OVERAGE_ON = organizationTermsAfter(['2026-11-21T00:00:00Z', { type: 'overage', enabled: true }]);
/** One on the plan of everybody, one with a small plan. */
const ORGANIZATIONS: readonly OpenStream[] = [
  anOpenStream('org_acme'),
  { ...anOpenStream('org_other', 250), posting: aPosting({ terms: OVERAGE_ON, plans: PLANS }) },
];
const someEvents = fc.array(someUsage, { minLength: 1, maxLength: 40 });
const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
const aBookOfVersions: fc.Arbitrary<PriceBook> = fc
  .tuple(aCard(1), aCard(2), anOverrideOf(1))
  .map(([first, second, override]) => priceBookOf([first, second], [override]));

/** Settles events in batches of these sizes, each knowing what those before it have applied: as ingestion does. */
function settleInBatches(events: readonly UsageEvent[], sizes: readonly number[], book: PriceBook): LoneSettlement {
  const whole: LoneSettlement = { applied: [], heads: new Map(), counts: new Map(), parked: [], duplicates: 0 };
  for (const batch of cut(events, sizes)) {
    const settled = settleAlone(records(...batch), termsAfter(whole, book));
    whole.applied.push(...settled.applied);
    whole.parked.push(...settled.parked);
    whole.duplicates += settled.duplicates;
    for (const [id, head] of settled.heads) whole.heads.set(id, head);
    for (const [id, count] of settled.counts) whole.counts.set(id, count);
  }
  return whole;
}

function termsAfter(settlement: LoneSettlement, book: PriceBook): SettlingTerms {
  const streams = ORGANIZATIONS.map((stream): OpenStream => ({
    ...stream,
    head: settlement.heads.get(stream.organization.id) ?? stream.head,
    posting: { ...stream.posting, ...countsOf(settlement, stream.organization.id) },
  }));
  const counted = settlement.applied.filter(({ posted }) => posted.usage?.counted === true);
  return terms(
    {
      known: {
        applied: new Map(settlement.applied.map(({ usage }) => [usage.identity, usage.content])),
        countedRequests: new Set(
          counted.map(({ usage, posted }) => requestKey(usage.event.organizationId, posted.usage?.requestId ?? '')),
        ),
        charges: new Map(),
      },
    },
    streams,
    book,
  );
}

/** Requests counted in each calendar month so far, as a store keeps them. */
function countsOf(settlement: LoneSettlement, id: OrganizationId): Pick<PostingTerms, 'latest' | 'countedEarlier'> {
  const counts = new Map<Instant, number>();
  for (const { occurredAt, usage } of streamOf(settlement, id)) {
    const { start } = calendarMonthOf(occurredAt);
    if (usage?.counted === true) counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  const [latest] = [...counts].sort(([left], [right]) => right - left);
  return {
    latest: latest === undefined ? null : { periodStart: latest[0], requests: latest[1] },
    countedEarlier: (start) => counts.get(start) ?? 0,
  };
}

function streamOf(settlement: LoneSettlement, id: OrganizationId): LedgerEvent[] {
  return settlement.applied.map(({ posted }) => posted).filter(({ organizationId }) => organizationId === id);
}

/** What became of the events, without the order in which it happened. */
function outcomeOf(settlement: LoneSettlement): unknown {
  return {
    charges: settlement.applied.map(({ usage, posted }) => `${usage.identity} ${posted.amount}`).sort(),
    balances: [...settlement.heads].map(([id, head]) => `${id} ${head.balance}`).sort(),
    requests: settlement.applied
      .filter(({ posted }) => posted.usage?.counted === true)
      .map(({ posted }) => requestKey(posted.organizationId, posted.usage?.requestId ?? ''))
      .sort(),
  };
}

describe('settling usage', () => {
  it('conserves records: each is applied, a duplicate or parked, however they are cut into batches', () => {
    fc.assert(
      fc.property(someEvents, cuts, aBookOfVersions, (events, sizes, book) => {
        const settled = settleInBatches(events, sizes, book);
        expect(settled.applied.length + settled.duplicates + settled.parked.length).toBe(events.length);
      }),
    );
  });

  it('settles batches together exactly as one after the other', () => {
    fc.assert(
      fc.property(someEvents, cuts, aBookOfVersions, (events, sizes, book) => {
        const apart = settleInBatches(events, sizes, book);
        const batches = cut(events, sizes).map((batch) => ({
          ingestPartition: INGEST_PARTITION,
          records: records(...batch),
        }));
        const together = settleUsage(batches, terms({}, ORGANIZATIONS, book));
        expect(together.batches.flatMap(({ applied }) => applied)).toEqual(apart.applied);
        expect(together.batches.flatMap(({ parked }) => parked)).toEqual(apart.parked);
        expect(together.batches.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(apart.duplicates);
        expect([together.heads, together.counts]).toEqual([apart.heads, apart.counts]);
      }),
    );
  });

  it('conserves money: at every position the balance is the sum of the ledger, and the months are what was charged', () => {
    let charges = 0;
    fc.assert(
      fc.property(someEvents, aBookOfVersions, (events, book) => {
        const settled = settleInBatches(events, [5], book);
        for (const { organization } of ORGANIZATIONS) {
          const stream = streamOf(settled, organization.id);
          const months = new Map<number, MonthlyUsage>();
          let balance = EMPTY_BALANCE;
          for (const [index, event] of stream.entries()) {
            balance = projectBalance(balance, event);
            projectMonthlyUsage(months, event, []);
            expect([event.sequence, event.balanceAfter]).toEqual([index + 1, balance.amount]);
            expect(event.amount <= 0n).toBe(true);
            if (event.amount < 0n) charges += 1;
          }
          const spend = [...months.values()].reduce((sum, month) => sum + month.spend, 0n);
          expect(spend).toBe(-balance.amount);
          expect(settled.heads.get(organization.id)?.balance ?? 0n).toBe(balance.amount);
        }
      }),
    );
    expect(charges).toBeGreaterThan(10);
  });

  it('chains every event to the one before it', () => {
    fc.assert(
      fc.property(someEvents, aBookOfVersions, (events, book) => {
        const settled = settleInBatches(events, [3], book);
        for (const { organization } of ORGANIZATIONS) {
          let previous = GENESIS_HASH;
          for (const { hash, ...event } of streamOf(settled, organization.id)) {
            expect(hash).toBe(hashLedgerEvent(event, previous, sha256));
            previous = hash;
          }
          expect(settled.heads.get(organization.id)?.hash ?? GENESIS_HASH).toBe(previous);
        }
      }),
    );
  });

  it('counts each request with a served attempt exactly once, at the first of them', () => {
    fc.assert(
      fc.property(someEvents, aBookOfVersions, (events, book) => {
        const { applied } = settleInBatches(events, [4], book);
        const seen = new Set<string>();
        for (const { posted } of applied) {
          const key = requestKey(posted.organizationId, posted.usage!.requestId);
          const isFirst = isServed(posted.usage!.outcome) && !seen.has(key);
          expect(posted.usage?.counted).toBe(isFirst);
          if (isFirst) seen.add(key);
        }
      }),
    );
  });

  it('includes requests up to the allowance in the order of the ledger, and bills those past it when overage was on', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(someEvents, aBookOfVersions, (events, book) => {
        const stream = streamOf(settleInBatches(events, [3], book), ORGANIZATIONS[1]!.organization.id);
        let countedSoFar = 0;
        for (const { occurredAt, usage } of stream) {
          const standing = usage?.plan?.standing ?? 'none';
          seen.add(standing);
          expect(usage?.counted).toBe(['included', 'overage', 'excess_unbilled'].includes(standing));
          if (usage?.counted !== true) continue;
          countedSoFar += 1;
          const past = occurredAt >= at('2026-11-21T00:00:00Z') ? 'overage' : 'excess_unbilled';
          expect(standing).toBe(countedSoFar <= 2 ? 'included' : past);
        }
      }),
      { numRuns: 300 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['included', 'overage', 'excess_unbilled']));
  });

  it('does not depend on how often, in which order and in which batches the same events come', () => {
    // One content for each identity: which of two contents comes first does decide which of them is the conflict.
    const distinct = fc.uniqueArray(someUsage, {
      selector: (event) => identityDigest(event, sha256),
      minLength: 1,
      maxLength: 12,
    });
    const arrivals = distinct.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc
          .array(fc.constantFrom(...events), { maxLength: 12 })
          .map((resent) => [...events, ...resent])
          .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      ),
    );
    fc.assert(
      fc.property(arrivals, aBookOfVersions, ([events, arrived, sizes], book) => {
        expect(outcomeOf(settleInBatches(arrived, sizes, book))).toEqual(
          outcomeOf(settleInBatches(events, [100], book)),
        );
      }),
    );
  });

  it('is settled the same whatever the batches, to the last hash', () => {
    fc.assert(
      fc.property(
        someEvents,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        aBookOfVersions,
        (events, sizes, book) => {
          const inBatches = settleInBatches(events, sizes, book);
          const atOnce = settleInBatches(events, [events.length], book);
          expect(inBatches.applied.map(({ posted }) => posted)).toEqual(atOnce.applied.map(({ posted }) => posted));
          expect(inBatches.heads).toEqual(atOnce.heads);
        },
      ),
    );
  });

  it('finds any field of any event that was changed afterwards', () => {
    fc.assert(
      fc.property(someEvents, aBookOfVersions, fc.nat(), fc.nat(), (events, book, which, field) => {
        const stream = streamOf(settleInBatches(events, [5], book), ORGANIZATIONS[0]!.organization.id);
        fc.pre(stream.length > 0);
        const index = which % stream.length;
        const event = stream[index]!;
        const previous = stream[index - 1]?.hash ?? GENESIS_HASH;
        const forged = forge(event, field);
        expect(hashLedgerEvent(forged, previous, sha256)).not.toBe(event.hash);
      }),
      { numRuns: 300 },
    );
  });
});
