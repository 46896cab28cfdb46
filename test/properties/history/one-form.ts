import type { LedgerEvent } from '@floopy/domain';
import type { readPastBalance } from '../../../apps/api/src/balance/balance-reading';
import type { Account } from '../oracle/account';
import type { BalanceFigures } from '../oracle/figures';
import type { Entry } from '../oracle/vocabulary';

/** What was read and what the oracle says, in one form, so that a difference can be read. */

type Reading = Awaited<ReturnType<typeof readPastBalance>>;

export function figuresOf(reading: Reading): BalanceFigures {
  return {
    position: reading.position,
    balance: reading.balance,
    recordedAt: reading.recordedAt,
    periodStart: reading.period.start,
    included: reading.requestsIncluded,
    used: reading.requestsUsed,
    overage: reading.requestsOverage,
  };
}

export function entryText(
  account: Account,
  { position, type, units, occurredAt, recordedAt, cause, charged, corrected }: Entry,
): string {
  const price = charged?.price ?? corrected?.price ?? null;
  return [
    `${position} ${type} ${units} → ${account.balanceAt(position)}`,
    `at ${occurredAt} ${recordedAt} by ${cause}`,
    charged === null
      ? `takes out: ${corrected?.uncounts ?? false}`
      : `${charged.usage.request} ${charged.standing} ${charged.rate}`,
    price === null ? 'no price' : `card ${price.card} agreement ${price.agreement} markup ${price.markup}`,
  ].join(', ');
}

export function eventText({
  sequence,
  type,
  amount,
  balanceAfter,
  occurredAt,
  recordedAt,
  cause,
  usage,
  correction,
}: LedgerEvent): string {
  const price = usage?.price ?? correction?.price ?? null;
  const { standing, overageRate } = usage?.plan ?? { standing: null, overageRate: null };
  return [
    `${sequence} ${type} ${amount} → ${balanceAfter}`,
    `at ${occurredAt} ${recordedAt} by ${cause.kind} ${cause.id}`,
    usage === null ? `takes out: ${correction?.uncounted ?? false}` : `${usage.requestId} ${standing} ${overageRate}`,
    price === null
      ? 'no price'
      : `card ${price.rateCardVersion} agreement ${price.overrideVersion} markup ${price.markupBasisPoints}`,
  ].join(', ');
}
