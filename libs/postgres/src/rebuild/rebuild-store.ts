import type { LockedView, RebuildRequest, RebuildRun, RebuildStore, RebuildView } from '@floopy/application';
import { assert, HOUR_MS, type OrganizationId } from '@floopy/domain';
import { borrowClient } from '../connection/borrow-client';
import type { DatabasePool } from '../connection/pool';
import { onlyRow, type Queries, queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { inSnapshot, readerOn, type SnapshotReader } from '../ledger/stream-connection';
import { type StreamedHead, streamOrganizations } from '../ledger/stream-organizations';
import { findOrganizationKey } from '../organization/find-organization-key';
import { SPEND_FOLLOWER_LOCK } from '../spend/spend-follower';
import { type AlikeGrain, readAlikeEvents } from './read-alike-events';
import { readStreamReach } from './read-stream-reach';
import { beginRebuild, endRebuild, readPending, saveRebuildProgress } from './rebuild-runs';
import { replaceProjections } from './replace-projections';

/** Any number will do, as long as every rebuild takes the same. */
const REBUILD_LOCK = 7_305_114;

/** However large the ledger: a chunk is found by its place, and is never a reason to read everything. */
const PLANNER_SETTINGS = `
  SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off`;

/** The store behind `rebuildProjections`, over the writer's pool: a connection for the turn, and one for each lane. */
export function createRebuildStore(pool: DatabasePool): RebuildStore {
  return {
    async inTurn(request, work) {
      const { client, giveBack } = await borrowClient(pool);
      const queries = queriesOf(client);
      try {
        if (!(await takeTurn(queries))) return null;
        const opened = await openRun(pool, queries, request);
        const result = await work(opened.run);
        await opened.end();
        return result;
      } finally {
        // The turn goes with the connection: it is not lent again with somebody's lock on it.
        giveBack(true);
      }
    },
  };
}

async function takeTurn(queries: Queries): Promise<boolean> {
  const rows = await queries.query<{ taken: boolean }>({
    text: 'SELECT pg_try_advisory_lock($1) AS taken',
    values: [REBUILD_LOCK],
  });
  return onlyRow(rows).taken;
}

interface OpenRun {
  readonly run: RebuildRun;
  end(): Promise<void>;
}

async function openRun(pool: DatabasePool, queries: Queries, request: RebuildRequest): Promise<OpenRun> {
  const { organizationId, isDryRun, projections } = request;
  const onlyKey = organizationId === null ? null : await findOrganizationKey(queries, organizationId);
  const begun = isDryRun ? null : await beginRebuild(queries, request, onlyKey);
  const pending = await readPending(queries, begun?.rebuildNumber ?? null, onlyKey);
  const keys = new Map(pending.map((each) => [each.organizationId, each.organizationKey]));
  const keyOf = (id: OrganizationId): number => {
    const key = keys.get(id);
    assert(key !== undefined, 'only organizations that are pending are rebuilt');
    return key;
  };
  const grain: AlikeGrain = {
    teams: projections.includes('team_spend'),
    hourMs: projections.includes('hourly_spend') ? HOUR_MS : null,
  };
  const save = async (to: Queries, names: readonly OrganizationId[], built: string | null): Promise<void> => {
    assert(begun !== null, 'a dry run keeps nothing');
    const progress = names.map((id) => ({ organizationKey: keyOf(id), built }));
    await saveRebuildProgress(to, begun.rebuildNumber, progress);
  };
  return {
    end: async () => (begun === null ? undefined : endRebuild(queries, begun.rebuildNumber)),
    run: {
      isResumed: begun?.isResumed ?? false,
      pending,
      inView: (names, work) =>
        inSnapshot(pool, (reader) => work(viewOf(reader, names.map(keyOf), grain)), PLANNER_SETTINGS),
      underLock: (organization, work) =>
        inTransaction(pool, async (transaction, client) => {
          const key = keyOf(organization);
          await lockOut(transaction, key);
          const view: LockedView = {
            ...viewOf(readerOn(client), [key], grain),
            async replace(rebuilt) {
              await replaceProjections(transaction, key, rebuilt);
              await save(transaction, [organization], null);
            },
          };
          return work(view);
        }),
      saveBuilt: (organization, built) => save(queriesOf(pool), [organization], built),
      saveDone: (organizations) => save(queriesOf(pool), organizations, null),
    },
  };
}

/**
 * Waits until nobody appends to a ledger nor absorbs spend, and keeps it so until the transaction ends. Appending locks a
 * head and never asks for the follower's turn; the follower never locks a head: no two wait for each other.
 */
async function lockOut(transaction: Queries, organizationKey: number): Promise<void> {
  await transaction.query({
    text: 'SELECT FROM organization_head WHERE organization_key = $1 FOR UPDATE',
    values: [organizationKey],
  });
  await transaction.query({ text: 'SELECT pg_advisory_xact_lock($1)', values: [SPEND_FOLLOWER_LOCK] });
}

function viewOf(reader: SnapshotReader, organizationKeys: readonly number[], grain: AlikeGrain): RebuildView {
  const streams = new Map<OrganizationId, StreamedHead>();
  return {
    async readStreams() {
      for await (const stream of streamOrganizations(reader, organizationKeys)) {
        streams.set(stream.organizationId, stream);
      }
      return [...streams.values()].map(({ recorded }) => recorded);
    },
    readReach: () => readStreamReach(reader, organizationKeys),
    readAlike: (stretches) => readAlikeEvents(reader, stretches, (id) => streamIn(streams, id), grain),
  };
}

function streamIn(streams: ReadonlyMap<OrganizationId, StreamedHead>, id: OrganizationId): StreamedHead {
  const stream = streams.get(id);
  assert(stream !== undefined, 'streams are read before their entries');
  return stream;
}
