import type { Sha256 } from '@floopy/domain';
import type { PartitionClaims } from '@floopy/kafka';
import { claimPartition, type DatabasePool, haltPartition, queriesOf, recordDigest } from '@floopy/postgres';
import { placeOf } from './decode-record';

/** Claims are rows in Postgres, beside the ledger that they fence. */
export function partitionClaims(pool: DatabasePool, sha256: Sha256): PartitionClaims {
  const queries = queriesOf(pool);
  return {
    claim: (topic, partition, earliestOffset) => claimPartition(queries, topic, partition, earliestOffset),
    halt: (topic, partition, reason) => haltPartition(queries, topic, partition, reason),
    digestOf: (message) => recordDigest(placeOf(message), sha256),
  };
}
