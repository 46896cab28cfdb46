import type { CorrectionTransaction, ReversalPorts, ReversalTransaction } from '@floopy/application';
import { assert, planCatalogueOf } from '@floopy/domain';
import { findPriorEntry } from '../adjustments/find-prior-entry';
import { saveIdempotencyKey } from '../adjustments/save-idempotency-key';
import type { DatabasePool } from '../connection/pool';
import { inTransaction, type Transaction } from '../connection/transaction';
import { readLedgerEvents } from '../ledger/read-ledger-events';
import { LockedTermsMemory } from '../organization/locked-terms-memory';
import { openStreams, type PostingStream } from '../usage/open-streams';
import { readCorrections } from './read-corrections';
import { saveCorrections } from './save-corrections';

/** No plan is asked for: a correction takes back what was placed when its charge was posted. */
const NO_PLANS = planCatalogueOf([]);

/** The store behind `reverseCharge`, over the writer's pool. */
export function createCorrectionStore(pool: DatabasePool): ReversalPorts['store'] {
  return {
    inTransaction: (work) => inTransaction(pool, (transaction) => work(reversalTransaction(transaction))),
  };
}

function reversalTransaction(transaction: Transaction): ReversalTransaction {
  const { lockedStream, ...correcting } = correctionTransaction(transaction);
  return {
    ...correcting,
    findPrior(idempotencyKey) {
      const { organizationKey, head } = lockedStream();
      return findPriorEntry(transaction, { organizationKey, organizationId: head.organizationId }, idempotencyKey);
    },
    keepIdempotencyKey(idempotencyKey, bodyDigest, { sequence }) {
      const { organizationKey } = lockedStream();
      return saveIdempotencyKey(transaction, organizationKey, idempotencyKey, { bodyDigest, sequence });
    },
  };
}

/** What a transaction does on the one stream that it locks first. */
export function correctionTransaction(
  transaction: Transaction,
): CorrectionTransaction & { readonly lockedStream: () => PostingStream } {
  let locked: PostingStream | undefined;
  const lockedStream = (): PostingStream => {
    assert(locked !== undefined, 'the stream is locked before anything else is done');
    return locked;
  };
  return {
    lockedStream,
    async lockStream(organizationId) {
      const terms = { plans: NO_PLANS, memory: new LockedTermsMemory() };
      locked = (await openStreams(transaction, [organizationId], terms)).get(organizationId);
      return locked ?? null;
    },
    async readCorrected(sequence) {
      const { organizationKey, head } = lockedStream();
      const organization = { organizationKey, organizationId: head.organizationId };
      const [stored] = await readLedgerEvents(transaction, {
        ...organization,
        after: sequence - 1,
        before: sequence + 1,
        order: 'oldest_first',
        limit: 1,
      });
      if (stored === undefined) return null;
      const corrections = await readCorrections(transaction, organization, [sequence]);
      return { entry: stored.event, corrections: corrections.get(sequence) ?? [] };
    },
    save: (posted) => saveCorrections(transaction, lockedStream(), posted),
  };
}
