import {
  addAmounts,
  type Adjustment,
  type Amount,
  canonicalField,
  formatAmount,
  type Instant,
  LARGEST_AMOUNT,
  type LedgerEvent,
  type OrganizationId,
  postAdjustment,
  type Posting,
  type Sha256,
  type StreamHead,
} from '@floopy/domain';

export interface AdjustmentRequest extends Adjustment {
  readonly organizationId: OrganizationId;
}

export type AdjustmentOutcome =
  | { readonly type: 'adjusted'; readonly event: LedgerEvent }
  /** The same key and the same adjustment as before: this is what it made then. */
  | { readonly type: 'repeated'; readonly event: LedgerEvent }
  | {
      readonly type: 'refused';
      readonly code: 'unknown_organization' | 'idempotency_conflict' | 'balance_out_of_range';
    };

/** What an idempotency key was used for. */
export interface PriorEntry {
  readonly bodyDigest: string;
  readonly event: LedgerEvent;
}

/** One transaction: all of it happens, or nothing. */
export interface AdjustmentTransaction {
  /** Keeps everybody else from appending until the transaction ends; null when there is no such organization. */
  lockStream(organizationId: OrganizationId): Promise<StreamHead | null>;
  findPrior(idempotencyKey: string): Promise<PriorEntry | null>;
  save(posting: Posting, idempotencyKey: string, bodyDigest: string): Promise<void>;
}

export interface AdjustmentPorts {
  readonly store: {
    inTransaction<Result>(work: (transaction: AdjustmentTransaction) => Promise<Result>): Promise<Result>;
  };
  readonly clock: () => Instant;
  readonly sha256: Sha256;
}

/**
 * Credits or debits an organization once for each idempotency key, for ever: the key is looked for under the stream's
 * lock and kept in the transaction that appends the entry, so that no retry and no race makes a second one.
 */
export async function adjustBalance(ports: AdjustmentPorts, request: AdjustmentRequest): Promise<AdjustmentOutcome> {
  const bodyDigest = digestOfBody(request, ports.sha256);
  return ports.store.inTransaction(async (transaction) => {
    const head = await transaction.lockStream(request.organizationId);
    if (head === null) return { type: 'refused', code: 'unknown_organization' };
    const prior = await transaction.findPrior(request.idempotencyKey);
    if (prior !== null) return repeat(prior, bodyDigest);
    if (!isStorable(addAmounts(head.balance, request.amount))) return { type: 'refused', code: 'balance_out_of_range' };

    const now = ports.clock();
    // A clock that was set back never makes the stream go back.
    const recordedAt = now > head.recordedAt ? now : head.recordedAt;
    const posting = postAdjustment(head, request, recordedAt, ports.sha256);
    await transaction.save(posting, request.idempotencyKey, bodyDigest);
    return { type: 'adjusted', event: posting.event };
  });
}

function repeat(prior: PriorEntry, bodyDigest: string): AdjustmentOutcome {
  if (prior.bodyDigest === bodyDigest) return { type: 'repeated', event: prior.event };
  return { type: 'refused', code: 'idempotency_conflict' };
}

/** Of what the caller meant, not of how it was spelled: 5 and 5.0000000000 are one amount. */
function digestOfBody({ amount, reason }: Adjustment, sha256: Sha256): string {
  return sha256(canonicalField(formatAmount(amount)) + canonicalField(reason));
}

function isStorable(balance: Amount): boolean {
  return balance <= LARGEST_AMOUNT && balance >= -LARGEST_AMOUNT;
}
