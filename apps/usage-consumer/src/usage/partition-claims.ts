import type { Sha256 } from '@floopy/domain';
import type { PartitionClaims } from '@floopy/kafka';
import {
  claimPartition,
  type DatabasePool,
  haltPartition,
  queriesOf,
  readPartitionProgress,
  recordDigest,
} from '@floopy/postgres';
import { placeOf } from './decode-record';

/** Claims are rows in Postgres, beside the ledger that they fence. */
export function partitionClaims(pool: DatabasePool, sha256: Sha256): PartitionClaims {
  const queries = queriesOf(pool);
  return {
    claim: (topic, partition, earliestOffset) => claimPartition(queries, topic, partition, earliestOffset),
    halt: (halt) => haltPartition(queries, halt),
    async halted(topic) {
      const progress = await readPartitionProgress(queries, topic);
      return new Set(progress.filter(({ halted }) => halted !== null).map(({ partition }) => partition));
    },
    digestOf: (message) => recordDigest(placeOf(message), sha256),
  };
}
