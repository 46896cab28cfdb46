import type { Sha256 } from '../canonical-text';
import type { Amount } from '../money/amount';
import type { Instant } from '../time/instant';
import type { StreamHead } from './ledger-event';
import { postOnStream, type Posting } from './post-on-stream';

/** An operator's correction of a balance, credited when positive and debited when negative. */
export interface Adjustment {
  readonly amount: Amount;
  readonly reason: string;
  /** Given by the caller; an organization uses it for one adjustment, ever. */
  readonly idempotencyKey: string;
}

/** Makes the ledger event of an operator's adjustment; it occurs when it is recorded. */
export function postAdjustment(head: StreamHead, adjustment: Adjustment, now: Instant, sha256: Sha256): Posting {
  const { amount, reason, idempotencyKey } = adjustment;
  return postOnStream(
    head,
    {
      type: 'adjustment',
      amount,
      occurredAt: now,
      cause: { kind: 'operator', id: idempotencyKey },
      reason,
      usage: null,
      correction: null,
    },
    now,
    sha256,
  );
}
