import type { AdjustmentPorts, AdjustmentTransaction } from '@floopy/application';
import { assert } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { inTransaction, type Transaction } from '../connection/transaction';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import type { LabelKeys } from '../ledger/intern-labels';
import { type LockedStream, lockStreams } from '../ledger/lock-streams';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { findPriorEntry } from './find-prior-entry';
import { saveIdempotencyKey } from './save-idempotency-key';

/** The store behind `adjustBalance`, over the writer's pool. */
export function createAdjustmentStore(pool: DatabasePool): AdjustmentPorts['store'] {
  return {
    inTransaction: (work) => inTransaction(pool, (transaction) => work(adjustmentTransaction(transaction))),
  };
}

function adjustmentTransaction(transaction: Transaction): AdjustmentTransaction {
  let locked: LockedStream | undefined;
  const stream = (): LockedStream => {
    assert(locked !== undefined, 'the stream is locked before anything else is done');
    return locked;
  };
  return {
    async lockStream(organizationId) {
      locked = (await lockStreams(transaction, [organizationId])).get(organizationId);
      return locked?.head ?? null;
    },
    findPrior(idempotencyKey) {
      const { organizationKey, head } = stream();
      return findPriorEntry(transaction, { organizationKey, organizationId: head.organizationId }, idempotencyKey);
    },
    async save({ event, head }, idempotencyKey, bodyDigest) {
      const { organizationKey } = stream();
      await appendLedgerEvents(transaction, [{ event, organizationKey, identity: null }], NO_LABELS);
      await saveStreamHeads(transaction, [{ organizationKey, head }]);
      await saveIdempotencyKey(transaction, organizationKey, idempotencyKey, { bodyDigest, sequence: event.sequence });
    },
  };
}

/** An adjustment names nothing that is interned. */
const NO_LABELS: LabelKeys = { nameKey: refuseLabel, userKey: refuseLabel };

function refuseLabel(): never {
  throw new Error('an adjustment has no labels');
}
