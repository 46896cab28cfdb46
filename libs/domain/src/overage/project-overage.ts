import { addAmounts, type Amount, multiplyAmount, ZERO_AMOUNT } from '../money/amount';
import { type BillingAnchor, type BillingPeriod, periodHolding } from '../time/billing-period';
import type { Instant } from '../time/instant';
import { isLate } from './freeze-period';
import type { AppliedPlan } from './place-request';

/** What overage asks of a ledger event. */
export interface PlacedEvent {
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly usage: { readonly plan: AppliedPlan | null } | null;
}

/** What one organization used past its allowance in one billing period. */
export interface PeriodOverage {
  readonly period: BillingPeriod;
  /** Units that were recorded before the period was frozen, and what they cost beside credits. */
  readonly requests: number;
  readonly amount: Amount;
  /** Units that came later; their money is carried to a later period. */
  readonly lateRequests: number;
  readonly lateAmount: Amount;
  /** Served past the allowance while overage was off: counted, never billed. */
  readonly excessRequests: number;
}

/** Money of late units, on its way from the period they belong to into the one that was running when they came. */
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
    requests: requests + times,
    amount: addAmounts(amount, multiplyAmount(unit.rate, times)),
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

type Unit = { readonly standing: 'overage'; readonly rate: Amount } | { readonly standing: 'excess_unbilled' };

/** A request past the allowance; null for everything else. */
function unitOf({ usage }: PlacedEvent): Unit | null {
  const plan = usage?.plan ?? null;
  if (plan === null) return null;
  if (plan.standing === 'excess_unbilled') return { standing: 'excess_unbilled' };
  return plan.standing === 'overage' ? { standing: 'overage', rate: plan.overageRate ?? ZERO_AMOUNT } : null;
}

interface Units {
  readonly unit: Unit;
  readonly times: number;
}

function addUnits(overage: PeriodOverage, { unit, times }: Units, recordedAt: Instant): PeriodOverage {
  if (unit.standing === 'excess_unbilled') return { ...overage, excessRequests: overage.excessRequests + times };
  const money = multiplyAmount(unit.rate, times);
  if (isLate(overage.period, recordedAt)) {
    return {
      ...overage,
      lateRequests: overage.lateRequests + times,
      lateAmount: addAmounts(overage.lateAmount, money),
    };
  }
  return { ...overage, requests: overage.requests + times, amount: addAmounts(overage.amount, money) };
}
