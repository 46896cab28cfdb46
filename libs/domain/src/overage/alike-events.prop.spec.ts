import * as fc from 'fast-check';
import { at } from '../../test/a-usage-event';
import { projectTeamSpend } from '../budgets/project-team-spend';
import { amountOfUnits, multiplyAmount } from '../money/amount';
import { projectMonthlyUsage } from '../monthly-usage/project-monthly-usage';
import { projectHourlySpend } from '../spend/project-hourly-spend';
import { instantOfMilliseconds } from '../time/instant';
import { projectCarriedOverage, projectOverage } from './project-overage';
import { projectPeriodCount } from './project-period-count';

const START = at('2027-11-01T00:00:00Z');
const DAY_MS = 86_400_000;

const someInstant = fc.nat({ max: 90 }).map((days) => instantOfMilliseconds(START + days * DAY_MS));

const someEvent = fc
  .record({
    occurredAt: someInstant,
    recordedAt: someInstant,
    units: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    type: fc.constantFrom('request' as const, 'playground' as const),
    teamId: fc.constantFrom('team_a', 'team_b', null),
    counted: fc.boolean(),
    standing: fc.constantFrom('included' as const, 'overage' as const, 'excess_unbilled' as const),
    corrects: fc.boolean(),
  })
  .map(({ occurredAt, recordedAt, units, type, teamId, counted, standing, corrects }) => {
    const plan = { planVersion: 1, standing, overageRate: standing === 'overage' ? amountOfUnits(7n) : null };
    return {
      type,
      occurredAt,
      recordedAt,
      amount: amountOfUnits(corrects ? units : -units),
      usage: corrects ? null : { teamId, counted, plan },
      correction: corrects ? { teamId, uncounted: counted, plan } : null,
    };
  });

type Event = typeof someEvent extends fc.Arbitrary<infer Value> ? Value : never;

/** Everything that is folded from a ledger. */
function foldAll(events: readonly { readonly event: Event; readonly times?: number }[]): unknown[] {
  const folds = [new Map(), new Map(), new Map(), new Map(), new Map(), new Map()] as const;
  const [months, overage, carried, teams, hours, counts] = folds;
  for (const { event, times } of events) {
    projectMonthlyUsage(months, event, [], times);
    projectOverage(overage, event, [], times);
    projectCarriedOverage(carried, event, [], times);
    projectTeamSpend(teams, event, [], times);
    projectHourlySpend(hours, event, times);
    projectPeriodCount(counts, event, [], times);
  }
  return folds.map((fold) => [...fold]);
}

describe('an event that stands for others like it', () => {
  it('is folded as all of them one by one, wherever it comes', () => {
    fc.assert(
      fc.property(someEvent, someEvent, fc.integer({ min: 1, max: 9 }), (before, event, times) => {
        const each = Array.from({ length: times }, () => ({ event }));
        const together = { event: { ...event, amount: multiplyAmount(event.amount, times) }, times };
        expect(foldAll([{ event: before }, together])).toEqual(foldAll([{ event: before }, ...each]));
      }),
    );
  });
});
