import {
  type Amount,
  formatAmount,
  type LedgerEvent,
  negateAmount,
  type PostedUsage,
  type RateCard,
  type RateOverride,
  type Receipt,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { Repricing } from './verify-receipt';

export type ExplainedCharge =
  | { readonly type: 'charged'; readonly receipt: Receipt }
  /** Nothing was served, or it came from a cache: there is nothing to explain. */
  | { readonly type: 'free' }
  /** What is stored does not give what was charged: somebody must be told, and nobody be shown a wrong receipt. */
  | { readonly type: 'unexplained'; readonly charged: string; readonly computed: string };

/**
 * Explains a charge by computing it again from the stored token counts and the very versions that its entry names.
 * `cards` and `overrides` (of its organization) hold at least those.
 */
export function explainCharge(
  event: LedgerEvent,
  usage: PostedUsage,
  cards: readonly RateCard[],
  overrides: readonly RateOverride[],
): ExplainedCharge {
  // When an override was published decides nothing here: the entry names its version.
  const published = overrides.map((override) => ({ ...override, publishedAt: event.recordedAt }));
  const again = new Repricing({ cards, overrides: published }).reprice(event, usage);
  const charged = negateAmount(event.amount);
  switch (again.type) {
    case 'priced':
      return again.amount === charged
        ? { type: 'charged', receipt: again.receipt }
        : unexplained(charged, formatAmount(again.amount));
    case 'free':
      return charged === ZERO_AMOUNT ? { type: 'free' } : unexplained(charged, formatAmount(again.amount));
    case 'unpriced':
      return unexplained(charged, `no rate: ${again.rate.missing}`);
    case 'not_priceable':
      return unexplained(charged, again.detail);
  }
}

function unexplained(charged: Amount, computed: string): ExplainedCharge {
  return { type: 'unexplained', charged: formatAmount(charged), computed };
}
