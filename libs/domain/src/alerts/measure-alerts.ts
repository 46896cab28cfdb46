import type { ModelName } from '../admission/bound-cost';
import { type Amount, ZERO_AMOUNT } from '../money/amount';
import { statusAt, type Terms } from '../organization/terms';
import type { PeriodCount } from '../overage/open-periods';
import type { PlanCatalogue } from '../plans/plan-catalogue';
import { planInPeriod } from '../plans/plan-in-period';
import { type BurnRate, daysLeft } from '../spend/burn-rate';
import { findSpike, type SpikeRule } from '../spend/find-spike';
import { HOUR_MS, hourOf, type HourlySpend } from '../spend/project-hourly-spend';
import { periodHolding } from '../time/billing-period';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import type { AlertMeasure } from './evaluate-alerts';

/** What is known of an organization when its alerts are judged. */
export interface AlertStanding {
  /** Where its ledger stood; 0 before its first entry. */
  readonly position: number;
  readonly balance: Amount;
  readonly terms: Terms;
  readonly plans: PlanCatalogue;
  /** The latest period in which a request counted, and how many; null when none ever did. */
  readonly latest: PeriodCount | null;
  /** What was spent, as far as anybody knows it now; null leaves what is told of it as it was. */
  readonly spending: AlertSpending | null;
  /** Days on which records could not be applied, where they were looked for. */
  readonly parked: readonly ParkedDay[];
}

export interface AlertSpending {
  /** By team, in the running billing period. */
  readonly teams: ReadonlyMap<string, Amount>;
  readonly burn: BurnRate | null;
  /** The running hour, the one before, and the same hours of the seven days before; those without spending may be absent. */
  readonly hours: ReadonlyMap<Instant, Pick<HourlySpend, 'spend'>>;
  /** The first hour in which anything was ever spent; null when nothing was. */
  readonly since: Instant | null;
}

/** Records of one day, in UTC, that could not be applied. */
export interface ParkedDay {
  readonly dayStart: Instant;
  readonly records: number;
  /** Models among them that have no rate. */
  readonly unpriced: readonly ModelName[];
}

/** The figures that alerts of an organization are judged by. Nothing is told of one that is closed. */
export function measureAlerts(standing: AlertStanding, spikeRule: SpikeRule | null, now: Instant): AlertMeasure[] {
  const { terms, position, balance, spending, parked } = standing;
  if (statusAt(terms, now) === 'closed') return [];
  return [
    // Before its first entry an organization has no credits to run out of.
    ...(position === 0 ? [] : [{ kind: 'balance_low', balance } as const]),
    allowanceOf(standing, now),
    ...(spending === null ? [] : spendingMeasures(standing, spending, spikeRule, now)),
    ...parked.flatMap(parkedMeasures),
  ];
}

/** Of the running period; of the next one, where requests of a clock that is ahead have counted in it already. */
function allowanceOf({ terms, plans, latest }: AlertStanding, now: Instant): AlertMeasure {
  const at = latest !== null && latest.periodStart > now ? latest.periodStart : now;
  const period = periodHolding(terms.anchors, at);
  const used = latest?.periodStart === period.start ? latest.requests : 0;
  const { includedRequests: included } = planInPeriod(terms, plans, period, at);
  return { kind: 'allowance', periodStart: period.start, used, included };
}

function spendingMeasures(
  { terms, position, balance }: AlertStanding,
  { teams, burn, hours, since }: AlertSpending,
  spikeRule: SpikeRule | null,
  now: Instant,
): AlertMeasure[] {
  const { start: periodStart } = periodHolding(terms.anchors, now);
  const budgets = [...terms.teamBudgets].map(([teamId, limit]): AlertMeasure => {
    return { kind: 'team_budget', periodStart, teamId, spent: teams.get(teamId) ?? ZERO_AMOUNT, limit };
  });
  const left = burn === null ? null : daysLeft(balance, burn, now);
  return [
    ...(position === 0 ? [] : [{ kind: 'days_left', daysLeft: left } as const]),
    ...budgets,
    ...(spikeRule === null || since === null ? [] : [spikeOf(hours, since, spikeRule, now)]),
  ];
}

/** The last spending of an hour may come to light after its end: a spike of the hour before is told, too, if it was not. */
function spikeOf(hours: AlertSpending['hours'], since: Instant, rule: SpikeRule, now: Instant): AlertMeasure {
  const hour = hourOf(now);
  const before = findSpike(hours, instantOfMilliseconds(hour - HOUR_MS), since, rule);
  return { kind: 'spend_spike', spike: findSpike(hours, hour, since, rule) ?? before, isGoingOn: before !== null };
}

function parkedMeasures({ dayStart, records, unpriced }: ParkedDay): AlertMeasure[] {
  return [
    { kind: 'dead_letters', dayStart, records },
    ...unpriced.map((model): AlertMeasure => ({ kind: 'unpriced_model', dayStart, ...model })),
  ];
}
