import { NOTHING_LEAKED, ZERO_AMOUNT } from '@floopy/domain';
import {
  claimHeldOrganization,
  createAdmissionSource,
  type DatabasePool,
  queriesOf,
  readPlans,
} from '@floopy/postgres';
import { createRedisAdmissionStore, openRedis, readDurability, RedisUnavailable } from '@floopy/redis';
import { systemClock } from '@floopy/runtime';
import { describe, NotReachable, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import type { OpenedHolds } from './held-reading';

const COMMAND_TIMEOUT_MS = 3_000;

/** Holds in Redis, by the same scripts as the API's. */
export async function openRedisHolds(session: Session, pool: DatabasePool, url: string): Promise<OpenedHolds> {
  const queries = queriesOf(pool);
  const client = openRedis({ url, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  session.endWith(() => client.disconnect());
  const source = createAdmissionSource(pool);
  const lifetimes = (await readPlans(queries)).map(({ hold }) => hold.lifetimeSeconds);
  const store = createRedisAdmissionStore(client, {
    register: { claim: (organizationId) => claimHeldOrganization(queries, organizationId) },
    clock: systemClock,
    longestHoldMs: Math.max(...lifetimes) * 1_000,
  });
  return {
    store: 'redis',

    state: () =>
      reached(url, async () => {
        const durability = await readDurability(client);
        return durability === 'volatile' ? 'it does not keep what it answers: set appendfsync always' : durability;
      }),

    read: (organizationId, now, limit) =>
      reached(url, async () => {
        const snapshot = await source.read(organizationId, now);
        if (snapshot === null) throw new WrongUsage(`There is no organization ${organizationId}.`);
        const { position, balance, uses } = snapshot;
        const summary = await store.summary(organizationId, now);
        if (summary === null) {
          const nothing = { held: ZERO_AMOUNT, heldByTeam: new Map(), openHolds: 0, openRequests: 0, holds: [] };
          return { position, balance, uses, ...nothing, leaked: NOTHING_LEAKED, recoveringUntil: null };
        }
        const newest = await store.listLeaked(organizationId, now, limit);
        const holds = await store.list(organizationId, now, limit);
        return { ...summary, uses, holds, leaked: { ...summary.leaked, newest } };
      }),

    release: ({ organizationId, requestId, attemptId }, now) =>
      reached(url, async () => {
        const answer = await store.release(organizationId, { requestId, attemptId }, now);
        if (answer === 'unavailable') throw notReachable(url, 'it does not answer');
        return answer;
      }),
  };
}

async function reached<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RedisUnavailable || isConnectionLost(error)) throw notReachable(url, describe(error), error);
    throw error;
  }
}

/** What the client itself says when it has no connection, outside of a script. */
function isConnectionLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(?:MaxRetriesPerRequestError|ClusterAllFailedError)$|timed out|closed/i.test(`${error.name} ${error.message}`)
  );
}

function notReachable(url: string, detail: string, cause?: unknown): NotReachable {
  const hosts = url.split(',').map((each) => (URL.canParse(each.trim()) ? new URL(each.trim()).host : 'REDIS_URL'));
  return new NotReachable(`Redis is not reachable at ${hosts.join(', ')}: ${detail}`, cause);
}
