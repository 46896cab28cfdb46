import { addAmounts, type Amount, multiplyAmount, negateAmount, ZERO_AMOUNT } from '../money/amount';
import { type BillingAnchor, type BillingPeriod, periodHolding } from '../time/billing-period';
import type { Instant } from '../time/instant';
import { isLate } from './freeze-period';
import type { AppliedPlan } from './place-request';

/** What overage asks of a ledger event. */
export interface PlacedEvent {
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly usage: { readonly plan: AppliedPlan | null } | null;
  /** Takes back what it corrects, when that is taken out of the count. */
  readonly correction: { readonly plan: AppliedPlan | null; readonly uncounted: boolean } | null;
}

/** What one organization used past its allowance in one billing period. */
export interface PeriodOverage {
  readonly period: BillingPeriod;
  /** Units that were recorded before the period was frozen, and what they cost beside credits. */
  readonly requests: number;
  readonly amount: Amount;
  /** Units that came later, less those that were taken back later; their money is carried to a later period. */
  readonly lateRequests: number;
  readonly lateAmount: Amount;
  /** Served past the allowance while overage was off: counted, never billed. */
  readonly excessRequests: number;
}

/**
 * Money of late units, on its way from the period they belong to into the one that was running when they came. What is taken
 * back late is on its way, too: then it is below zero, and lowers the invoice that it comes to.
 */
export interface CarriedOverage {
  readonly source: BillingPeriod;
  readonly into: BillingPeriod;
  readonly requests: number;
  readonly amount: Amount;
}

/**
 * Folds one event into the overage of its organization, in place; most events leave it as it is.
 * @param times how many events it stands for that are alike
 */
export function projectOverage(
  periods: Map<Instant, PeriodOverage>,
  event: PlacedEvent,
  anchors: readonly BillingAnchor[],
  times = 1,
): void {
  const unit = unitOf(event);
  if (unit === null) return;
  const period = periodHolding(anchors, event.occurredAt);
  const known = periods.get(period.start) ?? emptyOverage(period);
  // An anchor may have cut the period since the last request: it is late by where it ends now.
  periods.set(period.start, addUnits({ ...known, period }, { unit, times }, event.recordedAt));
}

/**
 * Folds one event into what is carried, by `carriedOverageKey`, in place: only a late unit is.
 * @param times how many events it stands for that are alike
 */
export function projectCarriedOverage(
  carried: Map<string, CarriedOverage>,
  event: PlacedEvent,
  anchors: readonly BillingAnchor[],
  times = 1,
): void {
  const unit = unitOf(event);
  if (unit?.standing !== 'overage') return;
  const source = periodHolding(anchors, event.occurredAt);
  if (!isLate(source, event.recordedAt)) return;
  const into = periodHolding(anchors, event.recordedAt);
  const key = carriedOverageKey(source, into);
  const { requests, amount } = carried.get(key) ?? { requests: 0, amount: ZERO_AMOUNT };
  carried.set(key, {
    source,
    into,
    requests: requests + unit.count * times,
    amount: addAmounts(amount, multiplyAmount(unit.money, times)),
  });
}

export function carriedOverageKey(source: BillingPeriod, into: BillingPeriod): string {
  return `${source.start}/${into.start}`;
}

export function emptyOverage(period: BillingPeriod): PeriodOverage {
  return {
    period,
    requests: 0,
    amount: ZERO_AMOUNT,
    lateRequests: 0,
    lateAmount: ZERO_AMOUNT,
    excessRequests: 0,
  };
}

interface Unit {
  readonly standing: 'overage' | 'excess_unbilled';
  /** 1, or −1 for one that is taken back. */
  readonly count: number;
  readonly money: Amount;
}

interface Units {
  readonly unit: Unit;
  readonly times: number;
}

/** A request past the allowance, or one that is taken back; null for everything else. */
function unitOf({ usage, correction }: PlacedEvent): Unit | null {
  const plan = usage?.plan ?? (correction?.uncounted === true ? correction.plan : null);
  if (plan?.standing !== 'overage' && plan?.standing !== 'excess_unbilled') return null;
  const rate = plan.overageRate ?? ZERO_AMOUNT;
  const { standing } = plan;
  return usage === null ? { standing, count: -1, money: negateAmount(rate) } : { standing, count: 1, money: rate };
}

function addUnits(overage: PeriodOverage, { unit, times }: Units, recordedAt: Instant): PeriodOverage {
  const count = unit.count * times;
  if (unit.standing === 'excess_unbilled') return { ...overage, excessRequests: overage.excessRequests + count };
  const money = multiplyAmount(unit.money, times);
  if (isLate(overage.period, recordedAt)) {
    return {
      ...overage,
      lateRequests: overage.lateRequests + count,
      lateAmount: addAmounts(overage.lateAmount, money),
    };
  }
  return { ...overage, requests: overage.requests + count, amount: addAmounts(overage.amount, money) };
}
