import type { PriorEntry } from '@floopy/application';
import { onlyRow, type Queries } from '../connection/queries';
import { type LedgerRange, readLedgerEvents } from '../ledger/read-ledger-events';
import { findIdempotencyKey } from './find-idempotency-key';

/** The entry that an organization's idempotency key made, and of which body; null when the key was not used. */
export async function findPriorEntry(
  transaction: Queries,
  organization: Pick<LedgerRange, 'organizationKey' | 'organizationId'>,
  idempotencyKey: string,
): Promise<PriorEntry | null> {
  const used = await findIdempotencyKey(transaction, organization.organizationKey, idempotencyKey);
  if (used === null) return null;
  const events = await readLedgerEvents(transaction, {
    ...organization,
    after: used.sequence - 1,
    order: 'oldest_first',
    limit: 1,
  });
  return { bodyDigest: used.bodyDigest, event: onlyRow(events).event };
}
