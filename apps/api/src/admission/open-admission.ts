import { type AdmitPorts, FollowedOrganizations, followLedger } from '@floopy/application';
import {
  AdmissionTermsMemory,
  createAdmissionSource,
  createPool,
  type DatabasePool,
  queriesOf,
  sweepHolds,
} from '@floopy/postgres';
import { type HealthChecks, type Log, type Metrics, randomText, type Shutdown, systemClock } from '@floopy/runtime';
import type { ApiConfig } from '../config';
import { createAdmissionMetrics } from './admission-metrics';
import { Admissions } from './admissions';
import type { Holding } from './holding';
import { openMemoryHolding } from './memory-holding';
import { openRedisHolding } from './redis-holding';
import { runSteadily } from './run-steadily';

export interface AdmissionSurroundings {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly checks: HealthChecks;
}

const KEEP_MS = 1_000;
const SWEEP_MS = 600_000;
const MOST_SWEPT = 1_000;
/** A round that brought so many may have left some: the next one follows at once. */
const MANY_ENTRIES = 1_000;
const PROCESS_ID_BYTES = 12;

/** Opens the store that the settings name, and follows the ledger until the process is stopped. */
export async function openAdmission(
  config: ApiConfig,
  surroundings: AdmissionSurroundings,
  shutdown: Pick<Shutdown, 'add' | 'signal'>,
): Promise<Admissions> {
  const { log, metrics, checks } = surroundings;
  const pool = openPool(config, log);
  const holding = openHolding(config, pool, surroundings);
  const terms = new AdmissionTermsMemory(pool);
  const ports: AdmitPorts = {
    store: holding.store,
    source: createAdmissionSource(pool),
    terms,
    followed: new FollowedOrganizations(),
    clock: systemClock,
    holdId: holdIds(),
  };
  checks.add('admission', () => holding.health());
  const loops = await startLoops({ holding, terms, ports, pool }, config, { log, stop: shutdown.signal });
  shutdown.add('admission', async () => {
    await Promise.all(loops);
    await holding.close();
    await pool.end();
  });
  return new Admissions({
    ports,
    holdsNothing: (journal) => holding.holdsNothing(journal),
    metrics: createAdmissionMetrics(metrics, ports),
    log,
  });
}

/** Names that no other process gives: a random beginning, and a number that counts up. */
function holdIds(): () => string {
  const process = randomText(PROCESS_ID_BYTES);
  let holds = 0;
  return () => `hld_${process}-${(holds += 1)}`;
}

interface Kept {
  readonly holding: Holding;
  readonly terms: AdmissionTermsMemory;
  readonly ports: AdmitPorts;
  readonly pool: DatabasePool;
}

/** The first look at whether this process may decide is waited for, so that the first who asks is not refused for nothing. */
async function startLoops(
  { holding, terms, ports, pool }: Kept,
  config: ApiConfig,
  { log, stop }: { readonly log: Log; readonly stop: AbortSignal },
): Promise<Promise<void>[]> {
  const keep = async (): Promise<number> => {
    await holding.keep();
    return 0;
  };
  const follow = async (): Promise<number> => {
    await terms.forgetWhatWasReplaced();
    const entries = await followLedger(ports);
    return entries < MANY_ENTRIES ? 0 : entries;
  };
  await keep().catch((error: unknown) => log.warn({ error }, 'admission_not_ready'));
  return [
    runSteadily(keep, { name: 'admission_keeper', idleMs: KEEP_MS, log }, stop),
    runSteadily(follow, { name: 'admission_follower', idleMs: config.ADMISSION_FOLLOW_MS, log }, stop),
    runSteadily(() => sweep(pool), { name: 'hold_sweep', idleMs: SWEEP_MS, log }, stop),
  ];
}

function openHolding(config: ApiConfig, pool: DatabasePool, { log, metrics }: AdmissionSurroundings): Holding {
  const { REDIS_URL: url, HOLD_JOURNAL: journal } = config;
  if (config.ADMISSION_STORE === 'memory') return openMemoryHolding(pool, journal, { log, metrics });
  if (url === undefined) throw new Error('settings that name Redis as the store say where it is');
  return openRedisHolding(pool, url, journal, log);
}

/** Apart from the pools of other routes: nobody's reads make a decision wait. One connection is the owner's. */
function openPool(config: ApiConfig, log: Log): DatabasePool {
  return createPool({
    url: config.DATABASE_URL,
    role: 'floopy_writer',
    applicationName: 'api-admission',
    maxConnections: config.ADMISSION_CONNECTIONS,
    pipeline: true,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    onIdleError: (error) => log.warn({ error }, 'postgres_connection_lost'),
  });
}

/** @returns 0 when the rest can wait. */
async function sweep(pool: DatabasePool): Promise<number> {
  const changed = await sweepHolds(queriesOf(pool), systemClock(), MOST_SWEPT);
  return changed < MOST_SWEPT ? 0 : changed;
}
