import { type ExplainedCharge, explainCharge, type ExplainedCorrection, explainCorrections } from '@floopy/application';
import { encodeLedgerEntry, encodeLoggedRequest, encodeReceipt, type RequestReceipts } from '@floopy/contracts';
import {
  addAmounts,
  type CorrectedCharge,
  correctedCharges,
  formatAmount,
  type LedgerEvent,
  negateAmount,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { type Queries, type RateCardMemory, readRateOverrides } from '@floopy/postgres';
import type { Log } from '@floopy/runtime';
import { ProblemError } from '../problems/problem-error';

type ExplainedView = Pick<RequestReceipts, 'charges' | 'total'>;

/** Explains charges of one organization, each by the versions that its entry names. */
export async function explainCharges(
  queries: Queries,
  events: readonly LedgerEvent[],
  cards: RateCardMemory,
  log: Log,
): Promise<ExplainedView> {
  const published = await cards.cardsOf(queries);
  const overrides = await readRateOverrides(queries);
  const charges = correctedCharges(events).map((corrected) => {
    const { charge, corrections } = corrected;
    const prices = [charge.usage.price, ...corrections.map(({ correction }) => correction?.price ?? null)];
    const versions = new Set(prices.map((price) => price?.rateCardVersion ?? 0));
    const named = [...versions].flatMap((version) => published.get(version) ?? []);
    const explained = explainCharge(charge, charge.usage, named, overrides);
    return viewOf(corrected, explained, explainCorrections(corrected, named, overrides), log);
  });
  const total = events.reduce((sum, event) => addAmounts(sum, negateAmount(event.amount)), ZERO_AMOUNT);
  return { charges, total: formatAmount(total) };
}

function viewOf(
  corrected: CorrectedCharge,
  explained: ExplainedCharge,
  corrections: readonly ExplainedCorrection[],
  log: Log,
): ExplainedView['charges'][number] {
  const { charge } = corrected;
  if (explained.type === 'unexplained') throw unexplained(charge, explained, log);
  const wrong = corrections.find(({ agrees }) => !agrees);
  if (wrong !== undefined) {
    const after = formatAmount(wrong.after);
    throw unexplained(wrong.event, { charged: after, computed: 'something else' }, log);
  }
  return {
    entry: encodeLedgerEntry(charge),
    request: encodeLoggedRequest(corrected),
    receipt: explained.type === 'charged' ? encodeReceipt(explained.receipt) : null,
    corrections: corrections.map(({ event, before, after, receipt }) => ({
      entry: encodeLedgerEntry(event),
      before: formatAmount(before),
      after: formatAmount(after),
      receipt: receipt === null ? null : encodeReceipt(receipt),
    })),
  };
}

function unexplained(
  { organizationId, sequence: position }: LedgerEvent,
  { charged, computed }: { readonly charged: string; readonly computed: string },
  log: Log,
): ProblemError {
  log.error({ organizationId, position, charged, computed, alarm: true }, 'receipt_does_not_equal_charge');
  return new ProblemError(
    'internal_error',
    `The charge at position ${position} cannot be explained by what is stored.`,
  );
}
