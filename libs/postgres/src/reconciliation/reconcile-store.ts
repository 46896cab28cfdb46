import type { SlicePorts, StandingPorts } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { inSnapshot } from '../ledger/stream-connection';
import { inLedgerSnapshot } from '../ledger/stream-ledger';
import { readRecordedPartitions } from '../ledger/stream-partitions';
import { readGuards } from '../verification/read-guards';
import { findNextOrganization } from './find-next-organization';
import { readOutbox } from './read-outbox';

/** What the reconciler looks at. Partitions and their dead letters are counted on one view of the database. */
export function createReconcileStore(pool: DatabasePool): StandingPorts['store'] & SlicePorts['store'] {
  return {
    readPartitions: () => inSnapshot(pool, readRecordedPartitions),
    readGuards: () => inSnapshot(pool, readGuards),
    readOutbox: () => readOutbox(queriesOf(pool)),
    findNextOrganization: (afterKey) => findNextOrganization(queriesOf(pool), afterKey),
    inLedgerSnapshot: (organizationKey, work) => inLedgerSnapshot(pool, work, organizationKey),
  };
}
