import { assertNever } from '../assert';
import { type Amount, formatAmount, ZERO_AMOUNT } from '../money/amount';
import type { Spike } from '../spend/find-spike';
import type { Instant } from '../time/instant';
import type { AlertSettings } from './alert-settings';

export const ALERT_KINDS = [
  'balance_low',
  'days_left',
  'allowance',
  'team_budget',
  'spend_spike',
  'unpriced_model',
  'dead_letters',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** A figure that alerts are judged by, as it is now. */
export type AlertMeasure =
  | { readonly kind: 'balance_low'; readonly balance: Amount }
  /** Null when the credits last for longer than anybody reckons. */
  | { readonly kind: 'days_left'; readonly daysLeft: number | null }
  | { readonly kind: 'allowance'; readonly periodStart: Instant; readonly used: number; readonly included: number }
  | {
      readonly kind: 'team_budget';
      readonly periodStart: Instant;
      readonly teamId: string;
      readonly spent: Amount;
      readonly limit: Amount;
    }
  /** The spike of the running hour, and whether the hour before was one. */
  | { readonly kind: 'spend_spike'; readonly spike: Spike | null; readonly isGoingOn: boolean }
  | {
      readonly kind: 'unpriced_model';
      readonly dayStart: Instant;
      readonly provider: string;
      readonly model: string;
    }
  | { readonly kind: 'dead_letters'; readonly dayStart: Instant; readonly records: number };

/** A threshold that was crossed, to be told once. */
export interface FiredAlert {
  readonly key: string;
  readonly kind: AlertKind;
  /** The team or model that it is about; null for the organization itself. */
  readonly target: string | null;
  readonly periodStart: Instant | null;
  /** As it is written: an amount with ten decimals, or a whole number. */
  readonly threshold: string;
  readonly measure: AlertMeasure;
}

export interface AlertEvaluation {
  readonly fired: readonly FiredAlert[];
  /** Keys that recovered, and will be told again when they are crossed again. */
  readonly rearmed: readonly string[];
}

/**
 * Judges figures by an organization's settings. A threshold is told once for its target and period, and again only after it
 * has recovered: by a margin where a figure wavers, so that one that goes back and forth over it is told once.
 * @param disarmed keys of thresholds that were told and have not recovered
 */
export function evaluateAlerts(
  measures: readonly AlertMeasure[],
  settings: AlertSettings,
  disarmed: ReadonlySet<string>,
): AlertEvaluation {
  const fired: FiredAlert[] = [];
  const rearmed: string[] = [];
  for (const measure of measures) {
    for (const { state, ...condition } of conditionsOf(measure, settings)) {
      const key = alertKey(condition);
      const isDisarmed = disarmed.has(key);
      if (state === 'crossed' && !isDisarmed) fired.push({ key, ...condition, measure });
      if (state === 'recovered' && isDisarmed) rearmed.push(key);
    }
  }
  return { fired, rearmed };
}

/** What an alert is told once for. */
export function alertKey({ kind, target, periodStart, threshold }: Omit<FiredAlert, 'key' | 'measure'>): string {
  return `${kind} ${target ?? '-'} ${periodStart ?? '-'} ${threshold}`;
}

interface Condition extends Omit<FiredAlert, 'key' | 'measure'> {
  /** `wavering`: neither; what was told stays told, and what was not stays untold. */
  readonly state: 'crossed' | 'recovered' | 'wavering';
}

function conditionsOf(measure: AlertMeasure, settings: AlertSettings): Condition[] {
  switch (measure.kind) {
    case 'balance_low':
      return settings.balanceBelow.map((threshold) => balanceCondition(measure.balance, threshold));
    case 'days_left':
      return settings.daysLeftBelow.map((threshold) => daysCondition(measure.daysLeft, threshold));
    case 'allowance':
      return settings.allowancePercents.map((percent) =>
        shareCondition(measure, null, percent, BigInt(measure.used), BigInt(measure.included)),
      );
    case 'team_budget':
      return settings.teamBudgetPercents.map((percent) =>
        shareCondition(measure, measure.teamId, percent, measure.spent, measure.limit),
      );
    case 'spend_spike':
      return settings.spike === null ? [] : [spikeCondition(measure, settings.spike.factorPercent)];
    case 'unpriced_model':
      return settings.unpricedModels ? [modelCondition(measure)] : [];
    case 'dead_letters':
      return settings.deadLetters === null ? [] : [deadLetterCondition(measure, settings.deadLetters)];
    default:
      return assertNever(measure);
  }
}

/** Recovers at a tenth above the threshold. */
function balanceCondition(balance: Amount, threshold: Amount): Condition {
  const hasRecovered = balance >= ZERO_AMOUNT && balance * 10n >= threshold * 11n;
  return {
    ...ofOrganization('balance_low', formatAmount(threshold)),
    state: stateOf(balance < threshold, hasRecovered),
  };
}

/** Recovers with a day more. */
function daysCondition(daysLeft: number | null, threshold: number): Condition {
  const days = daysLeft ?? Infinity;
  return { ...ofOrganization('days_left', String(threshold)), state: stateOf(days < threshold, days > threshold) };
}

/** Recovers when the limit was raised; a new period has a key of its own. Nothing of nothing is not used up. */
function shareCondition(
  { kind, periodStart }: Extract<AlertMeasure, { periodStart: Instant }>,
  target: string | null,
  percent: number,
  used: bigint,
  limit: bigint,
): Condition {
  const isCrossed = used > 0n && used * 100n >= limit * BigInt(percent);
  return { kind, target, periodStart, threshold: String(percent), state: stateOf(isCrossed, !isCrossed) };
}

function spikeCondition(
  { spike, isGoingOn }: Extract<AlertMeasure, { kind: 'spend_spike' }>,
  factorPercent: number,
): Condition {
  const state = stateOf(spike !== null, spike === null && !isGoingOn);
  return { ...ofOrganization('spend_spike', String(factorPercent)), state };
}

/** Once a day for each model, whatever happens: whether a rate was added shows when it is used again. */
function modelCondition({
  kind,
  provider,
  model,
  dayStart,
}: Extract<AlertMeasure, { kind: 'unpriced_model' }>): Condition {
  return { kind, target: `${provider}/${model}`, periodStart: dayStart, threshold: '1', state: 'crossed' };
}

function deadLetterCondition(
  { kind, dayStart, records }: Extract<AlertMeasure, { kind: 'dead_letters' }>,
  threshold: number,
): Condition {
  const state = stateOf(records >= threshold, records === 0);
  return { kind, target: null, periodStart: dayStart, threshold: String(threshold), state };
}

function ofOrganization(kind: AlertKind, threshold: string): Omit<Condition, 'state'> {
  return { kind, target: null, periodStart: null, threshold };
}

function stateOf(isCrossed: boolean, hasRecovered: boolean): Condition['state'] {
  if (isCrossed) return 'crossed';
  return hasRecovered ? 'recovered' : 'wavering';
}
