import { type ExplainedCharge, explainCharge } from '@floopy/application';
import { encodeLedgerEntry, encodeLoggedRequest, encodeReceipt, type RequestReceipts } from '@floopy/contracts';
import {
  addAmounts,
  formatAmount,
  type LedgerEvent,
  negateAmount,
  type PostedUsage,
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
  const charges = events.flatMap((event) => {
    const { usage } = event;
    if (usage === null) return [];
    const card = published.get(usage.price?.rateCardVersion ?? 0);
    const explained = explainCharge(event, usage, card === undefined ? [] : [card], overrides);
    return [viewOf(event, usage, explained, log)];
  });
  const total = events.reduce((sum, event) => addAmounts(sum, negateAmount(event.amount)), ZERO_AMOUNT);
  return { charges, total: formatAmount(total) };
}

function viewOf(
  event: LedgerEvent,
  usage: PostedUsage,
  explained: ExplainedCharge,
  log: Log,
): ExplainedView['charges'][number] {
  if (explained.type === 'unexplained') {
    const { organizationId, sequence: position } = event;
    const { charged, computed } = explained;
    log.error({ organizationId, position, charged, computed, alarm: true }, 'receipt_does_not_equal_charge');
    throw new ProblemError(
      'internal_error',
      `The charge at position ${position} cannot be explained by what is stored.`,
    );
  }
  return {
    entry: encodeLedgerEntry(event),
    request: encodeLoggedRequest(event, usage),
    receipt: explained.type === 'charged' ? encodeReceipt(explained.receipt) : null,
  };
}
