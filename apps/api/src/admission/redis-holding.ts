import { LONGEST_HOLD_SECONDS } from '@floopy/domain';
import { claimHeldOrganization, type DatabasePool, queriesOf, readPlans } from '@floopy/postgres';
import { createRedisAdmissionStore, type Durability, openRedis, readDurability } from '@floopy/redis';
import { type HealthFinding, type Log, systemClock } from '@floopy/runtime';
import type { Holding, HoldJournalSetting } from './holding';

/** Whoever asks would rather be told that nobody decides than wait. */
const COMMAND_TIMEOUT_MS = 1_000;
/** A second without news is one round that failed; more of them mean that Redis is away. */
const SILENCE_MS = 3_000;

/**
 * Holds in Redis, where any number of processes decide as one. None of them decides before Redis has said that what it
 * answers is on disk, unless it is agreed that the last second of holds may be lost (`async`).
 */
export function openRedisHolding(pool: DatabasePool, url: string, journal: HoldJournalSetting, log: Log): Holding {
  const client = openRedis({ url, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  const queries = queriesOf(pool);
  let durability: Durability | null = null;
  let heardAt = 0;
  let longestHoldMs = LONGEST_HOLD_SECONDS * 1_000;
  const store = createRedisAdmissionStore(client, {
    register: { claim: (organizationId) => claimHeldOrganization(queries, organizationId) },
    clock: systemClock,
    get longestHoldMs() {
      return longestHoldMs;
    },
  });
  const mayDecide = (): boolean => durability !== null && (durability !== 'volatile' || journal === 'async');
  return {
    store: {
      ...store,
      decide: async (question) => (mayDecide() ? store.decide(question) : { type: 'unavailable' }),
    },
    async keep() {
      const plans = await readPlans(queries);
      longestHoldMs = Math.max(...plans.map(({ hold }) => hold.lifetimeSeconds)) * 1_000;
      const found = await readDurability(client);
      if (found !== durability) log.info({ durability: found, journal }, 'redis_durability');
      durability = found;
      heardAt = Date.now();
    },
    holdsNothing: ({ isHeld }) => !isHeld,
    health: () => findingOf(mayDecide(), durability, Date.now() - heardAt),
    close: async () => client.disconnect(),
  };
}

function findingOf(mayDecide: boolean, durability: Durability | null, silentMs: number): HealthFinding {
  if (durability === null || silentMs > SILENCE_MS) return degraded('Redis does not answer');
  if (!mayDecide) return degraded('Redis does not keep what it answers: set appendonly yes and appendfsync always');
  return { status: 'up', details: { store: 'redis', durability } };
}

function degraded(reason: string): HealthFinding {
  return { status: 'degraded', details: { store: 'redis', reason } };
}
