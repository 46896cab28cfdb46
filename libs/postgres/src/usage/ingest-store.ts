import type { BatchRecord, IngestPorts } from '@floopy/application';
import type { Sha256 } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { inTransaction } from '../connection/transaction';
import { BEGIN_PRICING } from '../pricing/prices-lock';
import type { PriceBookMemory } from '../pricing/price-book-memory';
import { lockPartitions } from './lock-partitions';
import { recordDigest } from './record-digest';
import { saveIngested } from './save-ingested';
import { openSettling, SettlingMemories } from './settling-transaction';

/**
 * Planner settings of the sessions that ingest. Their statements are prepared once and live for weeks: a plan made
 * while a table was empty, such as a sequential scan, must not be kept when it has a billion rows.
 */
export const INGEST_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
} as const;

/** The store behind `ingestUsage`: everything that batches read and write, in one Postgres transaction. */
export function createIngestStore(pool: DatabasePool, prices: PriceBookMemory, sha256: Sha256): IngestPorts['store'] {
  const memories = new SettlingMemories(prices);
  const digestOf = (record: BatchRecord): string => recordDigest(record, sha256);
  return {
    inTransaction: (work) =>
      inTransaction(
        pool,
        (transaction) => {
          const { posted, ...settling } = openSettling(transaction, memories);
          return work({
            ...settling,
            lockPartitions: (places) => lockPartitions(transaction, places),
            save: (ingested) => saveIngested(transaction, ingested, { ...posted(), digestOf }),
          });
        },
        BEGIN_PRICING,
      ),
  };
}
