import {
  type Amount,
  type CorrectedCharge,
  type LedgerEvent,
  type RateCard,
  type RateOverride,
  type Receipt,
  standingCharge,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { Repricing } from '../ledger/verify-receipt';

/** What one correction did to a charge. */
export interface ExplainedCorrection {
  readonly event: LedgerEvent;
  /** What stood of the charge before it and after it. */
  readonly before: Amount;
  readonly after: Amount;
  /** Why it stands so after a reprice, computed again; null after a reversal, and where it cannot be told. */
  readonly receipt: Receipt | null;
  /** Whether it did what it had to do, by what is stored. */
  readonly agrees: boolean;
}

/** Explains the corrections of a charge in their order. `cards` and `overrides` hold at least the versions that they name. */
export function explainCorrections(
  { charge, corrections }: CorrectedCharge,
  cards: readonly RateCard[],
  overrides: readonly RateOverride[],
): ExplainedCorrection[] {
  return corrections.map((event, index) => {
    const before = standingCharge({ charge, corrections: corrections.slice(0, index) }).amount;
    const after = standingCharge({ charge, corrections: corrections.slice(0, index + 1) }).amount;
    const price = event.correction?.price ?? null;
    if (price === null) return { event, before, after, receipt: null, agrees: after === ZERO_AMOUNT };
    const published = overrides.map((override) => ({ ...override, publishedAt: event.recordedAt }));
    const again = new Repricing({ cards, overrides: published }).reprice(charge, { ...charge.usage, price });
    const agrees = again.type === 'priced' && again.amount === after;
    return { event, before, after, receipt: agrees ? again.receipt : null, agrees };
  });
}
