import type { AddedSpend, FollowSpendPorts, SpendBehind } from '@floopy/application';
import { assert, type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import type { Queries } from '../connection/queries';
import { takeTurn } from '../connection/take-turn';
import { inTransaction } from '../connection/transaction';
import { AnchorMemory } from '../organization/anchor-memory';
import { addHourlySpend } from './add-hourly-spend';
import { addTeamSpend } from './add-team-spend';
import { moveSpendCheckpoints } from './move-spend-checkpoints';
import { type HeadPastSpend, readHeadsPastSpend } from './read-heads-past-spend';
import { readSpendingEvents, type SpendingStretch } from './read-spending-events';
import { SPEND_FOLLOWER_LOCK } from './spend-follower';

export interface SpendFollowerLimits {
  /** Organizations in one round, at most. */
  readonly streams: number;
  /** Events of one organization in one round, at most; so one hot organization does not hold up the others. */
  readonly eventsPerStream: number;
}

/**
 * The store behind `followSpend`, over the writer's pool. Each statement sees what is committed when it begins: the turn is
 * taken first, so that the checkpoints of whoever had it before are seen; a head that is seen has all its entries, and
 * what is appended after it waits for the next round.
 */
export function createSpendFollowerStore(pool: DatabasePool, limits: SpendFollowerLimits): FollowSpendPorts['store'] {
  const anchors = new AnchorMemory();
  let lastKey = 0;

  async function readHeads(transaction: Queries): Promise<HeadPastSpend[]> {
    const heads = await readHeadsPastSpend(transaction, lastKey, limits.streams);
    const wrapsAround = heads.length === 0 && lastKey > 0;
    lastKey = heads.length < limits.streams ? 0 : (heads.at(-1)?.organization_key ?? 0);
    return wrapsAround ? readHeads(transaction) : heads;
  }

  return {
    inTurn: (round) =>
      inTransaction(pool, async (transaction) => {
        if (!(await takeTurn(transaction, SPEND_FOLLOWER_LOCK))) return 0;
        const read = new Map<OrganizationId, SpendingStretch>();
        return round({
          async readStreamsBehind() {
            const heads = await readHeads(transaction);
            const streams = await readStreams(transaction, heads, limits, anchors);
            for (const { stream, stretch } of streams) read.set(stream.organizationId, stretch);
            return streams.map(({ stream }) => stream);
          },
          async addSpend(added) {
            await saveSpend(transaction, added, (organizationId) => stretchOf(read, organizationId));
          },
        });
      }),
  };
}

interface ReadStream {
  readonly stretch: SpendingStretch;
  readonly stream: SpendBehind;
}

async function readStreams(
  queries: Queries,
  heads: readonly HeadPastSpend[],
  limits: SpendFollowerLimits,
  memory: AnchorMemory,
): Promise<ReadStream[]> {
  if (heads.length === 0) return [];
  const stretches = heads.map((head): SpendingStretch => {
    const after = Number(head.absorbed);
    const through = Math.min(after + limits.eventsPerStream, Number(head.sequence));
    return { organizationKey: head.organization_key, after, through };
  });
  const read = await readSpendingEvents(queries, stretches);
  const streams: ReadStream[] = [];
  for (const [index, head] of heads.entries()) {
    const stretch = stretches[index];
    const events = read.get(head.organization_key);
    assert(stretch !== undefined && events?.length === stretch.through - stretch.after, 'a stream has no gap');
    const anchors = await memory.of(queries, head.organization_key, head.terms_version);
    streams.push({ stretch, stream: { organizationId: organizationIdOf(head.organization_id), anchors, events } });
  }
  return streams;
}

async function saveSpend(
  transaction: Queries,
  added: readonly AddedSpend[],
  stretchFor: (organizationId: OrganizationId) => SpendingStretch,
): Promise<void> {
  const keyed = added.map((spend) => ({ ...spend, stretch: stretchFor(spend.organizationId) }));
  await moveSpendCheckpoints(
    transaction,
    keyed.map(({ stretch }) => stretch),
  );
  await addTeamSpend(
    transaction,
    keyed.flatMap(({ teams, stretch: { organizationKey } }) => teams.map((team) => ({ organizationKey, team }))),
  );
  await addHourlySpend(
    transaction,
    keyed.flatMap(({ hours, stretch: { organizationKey } }) => hours.map((hour) => ({ organizationKey, hour }))),
  );
}

function stretchOf(read: ReadonlyMap<OrganizationId, SpendingStretch>, organizationId: OrganizationId) {
  const stretch = read.get(organizationId);
  assert(stretch !== undefined, 'only streams that were read are absorbed');
  return stretch;
}
