import type { RelayedBalance, RelayPorts, StreamBehind } from '@floopy/application';
import { assert, GENESIS_HASH, type LedgerHash, type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { onlyRow, type Queries } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { readEventsBehind, type RelayedRow } from './read-events-behind';
import { type HeadBehindRow, readHeadsBehind } from './read-heads-behind';
import { mapLedgerRows } from './read-ledger-events';
import { LabelTextMemory } from './read-label-texts';
import { RelayedBalances } from './relayed-balances';
import { saveRelayCheckpoints } from './save-relay-checkpoints';

export interface RelayLimits {
  /** Organizations in one round, at most. */
  readonly streams: number;
  /** Events of one organization in one round, at most; so one hot organization does not hold up the others. */
  readonly eventsPerStream: number;
}

/** Any number will do, as long as every relay takes the same. */
const RELAY_LOCK = 7_305_112;

/** One snapshot for heads, months and events: the balance belongs to the position that it is published with. */
const BEGIN_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ';

/** The store behind `relayLedger`. Rounds go through the organizations in turn, so that none waits for ever. */
export function createRelayStore(pool: DatabasePool, limits: RelayLimits): RelayPorts['store'] {
  const memories: RelayMemories = { labels: new LabelTextMemory(), balances: new RelayedBalances() };
  let lastKey = 0;

  async function readRound(transaction: Queries): Promise<ReadStream[]> {
    const heads = await readHeadsBehind(transaction, lastKey, limits.streams);
    const isLast = heads.length < limits.streams;
    const wrapsAround = heads.length === 0 && lastKey > 0;
    lastKey = isLast ? 0 : (heads.at(-1)?.organization_key ?? 0);
    return wrapsAround ? readRound(transaction) : readStreams(transaction, heads, limits, memories);
  }

  return {
    inTurn: (round) =>
      inTransaction(
        pool,
        async (transaction) => {
          if (!(await takeTurn(transaction))) return 0;
          const keys = new Map<OrganizationId, number>();
          return round({
            async readStreamsBehind() {
              const streams = await readRound(transaction);
              for (const { head, stream } of streams) keys.set(stream.organizationId, head.organization_key);
              return streams.map(({ stream }) => stream);
            },
            saveCheckpoints: (relayed) =>
              saveRelayCheckpoints(
                transaction,
                relayed.map(({ organizationId, sequence }) => ({
                  organizationKey: keyOf(keys, organizationId),
                  sequence,
                })),
              ),
          });
        },
        BEGIN_SNAPSHOT,
      ),
  };
}

function keyOf(keys: ReadonlyMap<OrganizationId, number>, organizationId: OrganizationId): number {
  const key = keys.get(organizationId);
  assert(key !== undefined, 'only streams that were read are handed on');
  return key;
}

/** Never waits: the snapshot of a transaction that had waited would be older than what was handed on meanwhile. */
async function takeTurn(transaction: Queries): Promise<boolean> {
  const rows = await transaction.query<{ taken: boolean }>({
    name: 'take_relay_turn',
    text: 'SELECT pg_try_advisory_xact_lock($1) AS taken',
    values: [RELAY_LOCK],
  });
  return onlyRow(rows).taken;
}

interface RelayMemories {
  readonly labels: LabelTextMemory;
  readonly balances: RelayedBalances;
}

interface ReadStream {
  readonly head: HeadBehindRow;
  readonly stream: StreamBehind;
}

async function readStreams(
  queries: Queries,
  heads: readonly HeadBehindRow[],
  limits: RelayLimits,
  memories: RelayMemories,
): Promise<ReadStream[]> {
  if (heads.length === 0) return [];
  const behind = heads.map((head) => ({ organizationKey: head.organization_key, relayed: Number(head.relayed) }));
  const rows = new Map<number, RelayedRow[]>(heads.map((head) => [head.organization_key, []]));
  for (const row of await readEventsBehind(queries, behind, limits.eventsPerStream)) {
    rows.get(row.organization_key)?.push(row);
  }
  const balances = await memories.balances.of(queries, heads);
  const streams: ReadStream[] = [];
  for (const head of heads) {
    const balance = balances.get(organizationIdOf(head.organization_id));
    assert(balance !== undefined, 'there is a balance of every head');
    const ofStream = rows.get(head.organization_key) ?? [];
    streams.push({ head, stream: await mapStream(queries, { head, balance, rows: ofStream }, memories.labels) });
  }
  return streams;
}

interface ReadHead {
  readonly head: HeadBehindRow;
  readonly balance: RelayedBalance;
  readonly rows: readonly RelayedRow[];
}

async function mapStream(
  queries: Queries,
  { head, balance, rows }: ReadHead,
  memory: LabelTextMemory,
): Promise<StreamBehind> {
  const { organizationId } = balance;
  const relayed = Number(head.relayed);
  const previous = rows.find((row) => Number(row.sequence) === relayed);
  const fresh = rows.filter((row) => Number(row.sequence) > relayed);
  const mapped = await mapLedgerRows(
    queries,
    { organizationKey: head.organization_key, organizationId },
    fresh,
    memory,
  );
  return {
    organizationId,
    incarnation: Number(head.incarnation),
    previousHash: previous === undefined ? GENESIS_HASH : (previous.hash.toString('hex') as LedgerHash),
    events: mapped.map(({ event }) => event),
    balance,
  };
}
