import { join } from 'node:path';
import { readLocalEnvironment } from '../../../deploy/local/environment';
import { startWatched, type WatchedProcess } from '../../../deploy/local/processes/watched-process';
import { repositoryRoot } from '../../../deploy/local/repository-root';
import type { BenchDatabase } from '../stage/database';
import type { Stage } from '../stage/stage';

export interface ConsumerTerms {
  readonly stage: Stage;
  readonly databaseUrl: string;
  readonly topic: string;
  /** Where a CPU profile is written when it ends; none when absent. */
  readonly profileDirectory?: string;
  /** Settings of the consumer, over those that the benchmark needs. */
  readonly settings?: Readonly<Record<string, string>>;
}

const PROGRAM = 'dist/apps/usage-consumer/src/main.js';
const STOP_GRACE_MS = 20_000;
let started = 0;

/** Starts the built consumer as it is shipped, in a process of its own. */
export async function startUsageConsumer(terms: ConsumerTerms): Promise<WatchedProcess> {
  const { stage, databaseUrl, topic, profileDirectory, settings } = terms;
  started += 1;
  const profile = profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`];
  return startWatched({
    command: process.execPath,
    args: [...profile, join(repositoryRoot(), PROGRAM)],
    env: {
      ...readLocalEnvironment().inherited,
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: stage.brokers.join(','),
      USAGE_TOPIC: topic,
      CONSUMER_GROUP: `group.${topic}`,
      PORT: '0',
      ...settings,
    },
    logFile: join(stage.logs, `usage-consumer-${started}.log`),
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
}

/** How many records of a topic were passed: what the consumer itself says, in the transactions that passed them. */
export async function passedRecords({ pool }: BenchDatabase, topic: string): Promise<number> {
  const { rows } = await pool.query<{ passed: number }>({
    name: 'passed_records',
    text: 'SELECT coalesce(sum(next_offset - first_offset), 0)::int AS passed FROM ingest_partition WHERE topic = $1',
    values: [topic],
  });
  return rows[0]?.passed ?? 0;
}
