import {
  type BillingAnchor,
  type CarriedOverage,
  carriedOverageKey,
  formatAmount,
  formatInstant,
  type Instant,
  type MonthlyUsage,
  monthlyUsageKey,
  type PeriodOverage,
  type PlacedEvent,
  projectCarriedOverage,
  projectMonthlyUsage,
  projectOverage,
  type UsedEvent,
} from '@floopy/domain';
import { type Comparison, differences } from './verify-differences';
import type { Mismatch } from './verify-mismatch';
import type { RecordedOverage } from './verify-sources';

/** What is written beside the entries of one stream, folded from them a second time. */
export class ProjectionVerification {
  readonly months = new Map<number, MonthlyUsage>();
  readonly overage = new Map<Instant, PeriodOverage>();
  readonly carried = new Map<string, CarriedOverage>();

  /**
   * @param anchors as they were when the entry was posted
   * @param times how many entries it stands for that are alike
   */
  take(event: UsedEvent & PlacedEvent, anchors: readonly BillingAnchor[], times = 1): void {
    // Before there were plans, every month was a calendar month.
    const { plan = null } = event.usage ?? event.correction ?? {};
    projectMonthlyUsage(this.months, event, plan === null ? [] : anchors, times);
    projectOverage(this.overage, event, anchors, times);
    projectCarriedOverage(this.carried, event, anchors, times);
  }

  *compareMonths(recorded: readonly MonthlyUsage[]): Generator<Mismatch> {
    yield* differences('monthly_usage', this.monthsBeside(recorded));
  }

  *compareOverage(recorded: RecordedOverage): Generator<Mismatch> {
    yield* differences('period_overage', this.overageBeside(recorded));
    yield* differences('carried_overage', this.carriedBeside(recorded));
  }

  monthsBeside(recorded: readonly MonthlyUsage[]): Comparison<number, MonthlyUsage> {
    return {
      expected: this.months,
      found: new Map(recorded.map((month) => [monthlyUsageKey(month.periodStart, month.origin), month])),
      nameOf: ({ periodStart, origin }) => `${formatInstant(periodStart)}/${origin}`,
      describe: describeMonth,
    };
  }

  overageBeside({ periods }: RecordedOverage): Comparison<Instant, PeriodOverage> {
    return {
      expected: this.overage,
      found: new Map(periods.map((overage) => [overage.period.start, overage])),
      nameOf: ({ period }) => formatInstant(period.start),
      describe: describeOverage,
    };
  }

  carriedBeside({ carried }: RecordedOverage): Comparison<string, CarriedOverage> {
    return {
      expected: this.carried,
      found: new Map(carried.map((overage) => [carriedOverageKey(overage.source, overage.into), overage])),
      nameOf: ({ source, into }) => `${formatInstant(source.start)} into ${formatInstant(into.start)}`,
      describe: describeCarried,
    };
  }
}

function describeMonth({ requests, spend, periodEnd }: MonthlyUsage): string {
  return `${requests} requests, ${formatAmount(spend)} until ${formatInstant(periodEnd)}`;
}

function describeOverage({
  requests,
  amount,
  lateRequests,
  lateAmount,
  excessRequests,
  period,
}: PeriodOverage): string {
  return (
    `${requests} requests, ${formatAmount(amount)}; ${lateRequests} late, ${formatAmount(lateAmount)}; ` +
    `${excessRequests} unbilled, until ${formatInstant(period.end)}`
  );
}

function describeCarried({ requests, amount, source, into }: CarriedOverage): string {
  const ends = `${formatInstant(source.end)} into ${formatInstant(into.end)}`;
  return `${requests} requests, ${formatAmount(amount)} until ${ends}`;
}
