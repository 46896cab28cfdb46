import {
  type BillingAnchor,
  type CarriedOverage,
  carriedOverageKey,
  formatAmount,
  formatInstant,
  type Instant,
  type LedgerEvent,
  type MonthlyUsage,
  monthlyUsageKey,
  type PeriodOverage,
  projectCarriedOverage,
  projectMonthlyUsage,
  projectOverage,
} from '@floopy/domain';
import { differences } from './verify-differences';
import type { Mismatch } from './verify-mismatch';
import type { RecordedOverage } from './verify-sources';

/** What is written beside the entries of one stream, folded from them a second time. */
export class ProjectionVerification {
  private readonly months = new Map<string, MonthlyUsage>();
  private readonly overage = new Map<Instant, PeriodOverage>();
  private readonly carried = new Map<string, CarriedOverage>();

  /** @param anchors as they were when the entry was posted */
  take(event: LedgerEvent, anchors: readonly BillingAnchor[]): void {
    // Before there were plans, every month was a calendar month.
    projectMonthlyUsage(this.months, event, (event.usage?.plan ?? null) === null ? [] : anchors);
    projectOverage(this.overage, event, anchors);
    projectCarriedOverage(this.carried, event, anchors);
  }

  *compareMonths(recorded: readonly MonthlyUsage[]): Generator<Mismatch> {
    const stored = new Map(recorded.map((month) => [monthlyUsageKey(month.periodStart, month.origin), month]));
    const nameOf = ({ periodStart, origin }: MonthlyUsage): string => `${formatInstant(periodStart)}/${origin}`;
    yield* differences('monthly_usage', { expected: this.months, found: stored, nameOf, describe: describeMonth });
  }

  *compareOverage({ periods, carried }: RecordedOverage): Generator<Mismatch> {
    yield* differences('period_overage', {
      expected: this.overage,
      found: new Map(periods.map((overage) => [overage.period.start, overage])),
      nameOf: ({ period }) => formatInstant(period.start),
      describe: describeOverage,
    });
    yield* differences('carried_overage', {
      expected: this.carried,
      found: new Map(carried.map((overage) => [carriedOverageKey(overage.source, overage.into), overage])),
      nameOf: ({ source, into }) => `${formatInstant(source.start)} into ${formatInstant(into.start)}`,
      describe: describeCarried,
    });
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
