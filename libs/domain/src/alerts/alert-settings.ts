import { type Amount, amountOfUnits, LARGEST_AMOUNT, UNITS_PER_CENT, ZERO_AMOUNT } from '../money/amount';
import type { SpikeRule } from '../spend/find-spike';

/** What an organization wants to be told of. An empty list, or null, switches a kind off. */
export interface AlertSettings {
  /** Told when the balance falls below any of these. */
  readonly balanceBelow: readonly Amount[];
  /** Told when the credits will last for fewer days than any of these. */
  readonly daysLeftBelow: readonly number[];
  /** Told when this much of the allowance is used, in per cent. */
  readonly allowancePercents: readonly number[];
  /** Told when a team has spent this much of its budget, in per cent. */
  readonly teamBudgetPercents: readonly number[];
  readonly spike: SpikeRule | null;
  /** Told once a day of each model that was used and has no rate. */
  readonly unpricedModels: boolean;
  /** Told when this many records of a day could not be applied. */
  readonly deadLetters: number | null;
}

/** 10 dollars, a week, 80 and 100 per cent, three times the usual hour and a dollar at least, any dead letter. */
export const DEFAULT_ALERT_SETTINGS: AlertSettings = {
  balanceBelow: [amountOfUnits(1_000n * UNITS_PER_CENT)],
  daysLeftBelow: [7],
  allowancePercents: [80, 100],
  teamBudgetPercents: [80, 100],
  spike: { factorPercent: 300, smallest: amountOfUnits(100n * UNITS_PER_CENT) },
  unpricedModels: true,
  deadLetters: 1,
};

export interface AlertSettingsFault {
  readonly code: 'too_many' | 'repeated' | 'out_of_range';
  readonly path: readonly string[];
}

/** Thresholds of one kind, at most: each of them may send something. */
export const MOST_THRESHOLDS = 10;
const LARGEST_PERCENT = 1_000;
const LARGEST_COUNT = 1_000_000;
/** More of a day are not counted. */
export const MOST_DEAD_LETTERS = 10_000;
const LARGEST_FACTOR_PERCENT = 100_000;

/** Every rule that settings break; empty when they may be saved. */
export function validateAlertSettings(settings: AlertSettings): AlertSettingsFault[] {
  const { spike, deadLetters } = settings;
  const isAmount = (amount: Amount): boolean => amount >= ZERO_AMOUNT && amount <= LARGEST_AMOUNT;
  const isCount = (largest: number) => (count: number) => Number.isInteger(count) && count >= 1 && count <= largest;
  return [
    ...thresholdFaults(settings.balanceBelow, isAmount, 'balance_below'),
    ...thresholdFaults(settings.daysLeftBelow, isCount(LARGEST_COUNT), 'days_left_below'),
    ...thresholdFaults(settings.allowancePercents, isCount(LARGEST_PERCENT), 'allowance_percents'),
    ...thresholdFaults(settings.teamBudgetPercents, isCount(LARGEST_PERCENT), 'team_budget_percents'),
    ...(spike === null || isCount(LARGEST_FACTOR_PERCENT)(spike.factorPercent)
      ? []
      : [outOfRange('spike', 'factor_percent')]),
    ...(spike === null || isAmount(spike.smallest) ? [] : [outOfRange('spike', 'smallest')]),
    ...(deadLetters === null || isCount(MOST_DEAD_LETTERS)(deadLetters) ? [] : [outOfRange('dead_letters')]),
  ];
}

function thresholdFaults<Threshold>(
  thresholds: readonly Threshold[],
  isInRange: (threshold: Threshold) => boolean,
  name: string,
): AlertSettingsFault[] {
  return [
    ...(thresholds.length > MOST_THRESHOLDS ? [{ code: 'too_many', path: [name] } as const] : []),
    ...(new Set(thresholds).size < thresholds.length ? [{ code: 'repeated', path: [name] } as const] : []),
    ...(thresholds.every(isInRange) ? [] : [outOfRange(name)]),
  ];
}

function outOfRange(...path: readonly string[]): AlertSettingsFault {
  return { code: 'out_of_range', path };
}
