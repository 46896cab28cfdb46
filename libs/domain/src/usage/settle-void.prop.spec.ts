import * as fc from 'fast-check';
import { anOpenStream, aPosting, settleAlone, terms } from '../../test/a-batch';
import { aCatalogue, aPlan, termsAfter } from '../../test/a-plan';
import { aCard, someUsage } from '../../test/arbitraries';
import { aVoid, mixedRecords } from '../../test/a-void';
import { correctedCharges, standingCharge } from '../corrections/corrected-charge';
import { GENESIS_HASH, hashLedgerEvent } from '../ledger/hash-ledger-event';
import type { LedgerEvent } from '../ledger/ledger-event';
import { type MonthlyUsage, projectMonthlyUsage } from '../monthly-usage/project-monthly-usage';
import { type Amount, amountOfUnits } from '../money/amount';
import { organizationIdOf } from '../organization/organization';
import { type PeriodOverage, projectOverage } from '../overage/project-overage';
import { priceBookOf } from '../pricing/price-book';
import { type HourlySpend, projectHourlySpend } from '../spend/project-hourly-spend';
import { type TeamSpend, projectTeamSpend } from '../budgets/project-team-spend';
import type { Instant } from '../time/instant';
import { sha256 } from '../../test/sha256';
import type { UsageEvent } from './usage-event';
import type { UsageVoid } from './usage-void';

const PLANS = aCatalogue(aPlan({ includedRequests: 2, overageRate: amountOfUnits(7n) }));
const OVERAGE_ON = termsAfter(['2026-11-21T00:00:00Z', { type: 'overage', enabled: true }]);
const STREAMS = ['org_acme', 'org_other'].map((id) => ({
  ...anOpenStream(id),
  posting: aPosting({ terms: OVERAGE_ON, plans: PLANS }),
}));

const someVoids: fc.Arbitrary<UsageVoid> = fc
  .record({
    organizationId: fc.constantFrom('org_acme', 'org_other').map(organizationIdOf),
    id: fc.integer({ min: 1, max: 8 }).map((number) => `void_${number}`),
    event: fc.integer({ min: 1, max: 12 }).map((number) => `evt_${number}`),
  })
  .map(({ event, ...stated }) => aVoid({ ...stated, voided: { source: '/floopy/gateway/eu-1', id: event } }));
const history = fc.array(fc.oneof({ weight: 3, arbitrary: someUsage }, { weight: 2, arbitrary: someVoids }), {
  minLength: 1,
  maxLength: 50,
});
const book = aCard(1).map((card) => priceBookOf([card], []));

function settle(events: readonly (UsageEvent | UsageVoid)[], prices: ReturnType<typeof priceBookOf>) {
  return settleAlone(mixedRecords(...events), terms({}, STREAMS, prices));
}

function streamsOf({ applied }: ReturnType<typeof settle>): LedgerEvent[][] {
  const events = applied.map(({ posted }) => posted);
  return STREAMS.map(({ organization }) => events.filter(({ organizationId }) => organizationId === organization.id));
}

const sum = (amounts: readonly bigint[]): Amount => amountOfUnits(amounts.reduce((left, right) => left + right, 0n));

describe('voids among usage', () => {
  it('conserve records and money: Σ of a ledger is its balance, and every projection sums what stands of its charges', () => {
    let voided = 0;
    fc.assert(
      fc.property(history, book, (events, prices) => {
        const settled = settle(events, prices);
        expect(settled.applied.length + settled.duplicates + settled.parked.length).toBe(events.length);
        for (const stream of streamsOf(settled)) {
          const months = new Map<number, MonthlyUsage>();
          const teams = new Map<string, TeamSpend>();
          const hours = new Map<Instant, HourlySpend>();
          for (const [index, event] of stream.entries()) {
            expect(event.sequence).toBe(index + 1);
            expect(event.balanceAfter).toBe(sum(stream.slice(0, index + 1).map(({ amount }) => amount)));
            projectMonthlyUsage(months, event, []);
            projectTeamSpend(teams, event, []);
            projectHourlySpend(hours, event);
          }
          const charges = correctedCharges(stream);
          const standing = sum(charges.map((charge) => standingCharge(charge).amount));
          const counted =
            stream.filter(({ usage }) => usage?.counted).length -
            stream.filter(({ correction }) => correction?.uncounted).length;
          for (const projection of [[...months.values()], [...teams.values()], [...hours.values()]]) {
            expect(sum(projection.map(({ spend }) => spend))).toBe(standing);
            expect(projection.reduce((requests, line) => requests + line.requests, 0)).toBe(counted);
          }
          voided += charges.filter(({ corrections }) => corrections.length > 0).length;
        }
      }),
      { numRuns: 400 },
    );
    expect(voided).toBeGreaterThan(20);
  });

  it('never give back more than was charged, and that once, and leave no overage of what they take out', () => {
    fc.assert(
      fc.property(history, book, (events, prices) => {
        for (const stream of streamsOf(settle(events, prices))) {
          const periods = new Map<Instant, PeriodOverage>();
          for (const event of stream) projectOverage(periods, event, []);
          const past = { overage: 0, excess_unbilled: 0 };
          for (const { charge, corrections } of correctedCharges(stream)) {
            expect(corrections.length).toBeLessThanOrEqual(1);
            expect(sum([charge.amount, ...corrections.map(({ amount }) => amount)])).toBe(
              corrections.length === 0 ? charge.amount : 0n,
            );
            const standing = charge.usage.plan?.standing;
            const isOut = corrections.some(({ correction }) => correction?.uncounted);
            if (!isOut && (standing === 'overage' || standing === 'excess_unbilled')) past[standing] += 1;
          }
          const found = [...periods.values()];
          expect(found.reduce((count, { requests, lateRequests }) => count + requests + lateRequests, 0)).toBe(
            past.overage,
          );
          expect(found.reduce((count, { excessRequests }) => count + excessRequests, 0)).toBe(past.excess_unbilled);
        }
      }),
    );
  });

  it('are counted in the head as in the ledger, and chained like everything else', () => {
    fc.assert(
      fc.property(history, book, (events, prices) => {
        const settled = settle(events, prices);
        for (const [index, stream] of streamsOf(settled).entries()) {
          const id = STREAMS[index]!.organization.id;
          const counts = stream.map(
            ({ usage, correction }) => Number(usage?.counted ?? 0) - Number(correction?.uncounted ?? 0),
          );
          expect(settled.counts.get(id)?.requests ?? 0).toBe(counts.reduce((left, right) => left + right, 0));
          let previous = GENESIS_HASH;
          for (const { hash, ...event } of stream) {
            expect(hash).toBe(hashLedgerEvent(event, previous, sha256));
            previous = hash;
          }
        }
      }),
    );
  });

  it('end in the same whatever the order in which voids of the same events come, and however often', () => {
    const voids = fc.array(someVoids, { minLength: 1, maxLength: 10 });
    const shuffled = voids.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })),
    );
    fc.assert(
      fc.property(
        fc.array(someUsage, { minLength: 1, maxLength: 20 }),
        shuffled,
        book,
        (usage, [all, again], prices) => {
          // One content for each identity: which of two contents comes first does decide which of them is the conflict.
          const distinct = (some: readonly UsageVoid[]): UsageVoid[] =>
            some.filter(
              (each) =>
                all.find(({ id, organizationId }) => id === each.id && organizationId === each.organizationId)?.voided
                  .id === each.voided.id,
            );
          const balances = (some: readonly UsageVoid[]): unknown =>
            [...settle([...usage, ...distinct(some)], prices).heads]
              .map(([id, { balance, sequence }]) => `${id} ${balance} ${sequence}`)
              .sort();
          expect(balances(again)).toEqual(balances(all));
        },
      ),
    );
  });
});
