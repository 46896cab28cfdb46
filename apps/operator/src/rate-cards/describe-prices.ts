import { type Amount, formatAmount, type RateCardDiff, type RateCardFault, type RateChange } from '@floopy/domain';

/** A changed price as JSON; amounts are decimal strings of cents. */
export function changeJson(change: RateChange) {
  return {
    type: change.type,
    provider: change.provider,
    model: change.model,
    service_tier: change.serviceTier,
    above_input_tokens: change.aboveInputTokens,
    token_class: change.tokenClass,
    before: amountJson(change.before),
    after: amountJson(change.after),
  };
}

export function diffJson(diff: RateCardDiff) {
  return { rates: diff.rates.map(changeJson), aliases: diff.aliases };
}

export function describeDiff(diff: RateCardDiff): string {
  if (diff.rates.length === 0 && diff.aliases.length === 0) return 'No price and no alias differs.';
  return [
    ...diff.rates.map(describeChange),
    ...diff.aliases.map(({ type, provider, model, alias }) => `${type} alias ${provider}/${alias} of ${model}`),
  ].join('\n');
}

export function describeChange(change: RateChange): string {
  const tier = change.aboveInputTokens === 0 ? '' : ` above ${change.aboveInputTokens} tokens`;
  const name = `${change.provider}/${change.model} ${change.serviceTier}${tier} ${change.tokenClass}`;
  return `${change.type} ${name}: ${amountJson(change.before) ?? 'none'} → ${amountJson(change.after) ?? 'none'}`;
}

export function describeFaults(faults: readonly RateCardFault[]): string {
  return faults.map(({ code, path }) => `  ${code} ${path.join(' ')}`.trimEnd()).join('\n');
}

function amountJson(amount: Amount | null): string | null {
  return amount === null ? null : formatAmount(amount);
}
