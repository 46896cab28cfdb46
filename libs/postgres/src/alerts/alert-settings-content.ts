import { type AlertSettings, formatAmount } from '@floopy/domain';
import { amountOfRow } from '../ledger/lock-streams';

/** As stored; amounts are decimal strings of cents. */
interface SettingsContent {
  readonly balance_below: readonly string[];
  readonly days_left_below: readonly number[];
  readonly allowance_percents: readonly number[];
  readonly team_budget_percents: readonly number[];
  readonly spike: { readonly factor_percent: number; readonly smallest: string } | null;
  readonly unpriced_models: boolean;
  readonly dead_letters: number | null;
}

export function writeAlertSettings(settings: AlertSettings): string {
  const { spike } = settings;
  const content: SettingsContent = {
    balance_below: settings.balanceBelow.map(formatAmount),
    days_left_below: settings.daysLeftBelow,
    allowance_percents: settings.allowancePercents,
    team_budget_percents: settings.teamBudgetPercents,
    spike: spike === null ? null : { factor_percent: spike.factorPercent, smallest: formatAmount(spike.smallest) },
    unpriced_models: settings.unpricedModels,
    dead_letters: settings.deadLetters,
  };
  return JSON.stringify(content);
}

/** Reads what `writeAlertSettings` wrote; nobody else writes it. */
export function readAlertSettings(text: string): AlertSettings {
  const { spike, ...content } = JSON.parse(text) as SettingsContent;
  return {
    balanceBelow: content.balance_below.map(amountOfRow),
    daysLeftBelow: content.days_left_below,
    allowancePercents: content.allowance_percents,
    teamBudgetPercents: content.team_budget_percents,
    spike: spike === null ? null : { factorPercent: spike.factor_percent, smallest: amountOfRow(spike.smallest) },
    unpricedModels: content.unpriced_models,
    deadLetters: content.dead_letters,
  };
}
