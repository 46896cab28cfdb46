import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startConsumerProcess } from './consumer-process';
import type { DrillGround } from './drill-ground';
import { type Manifest, publishManifest } from './manifest';
import { seededRandom } from './random';
import { untilPassed } from './watch-offsets';

export interface LoadTerms {
  readonly ground: DrillGround;
  readonly seed: number;
  /** At least; more follow, slowly, for as long as something strikes. */
  readonly events: number;
  /** How the consumer reaches Postgres, when not directly. */
  readonly consumerDatabaseUrl?: string;
}

const MAX_BATCH_RECORDS = 200;
const DUPLICATES = 0.1;

/**
 * Has a consumer work through events and their repetitions while something strikes.
 * @returns what was published, once all of it was passed
 */
export async function underLoad(terms: LoadTerms, strike: () => Promise<void>): Promise<Manifest> {
  const { ground, seed, events, consumerDatabaseUrl = ground.databaseUrl } = terms;
  const { databaseUrl, topic, organizations, directory } = ground;
  const { brokers } = ground.kafka;
  mkdirSync(directory, { recursive: true });
  const consumer = await startConsumerProcess({
    databaseUrl: consumerDatabaseUrl,
    brokers,
    topic,
    logFile: join(directory, 'usage-consumer.log'),
    maxBatchRecords: MAX_BATCH_RECORDS,
  });
  let isOver = false;
  const published = publishManifest({
    brokers,
    topic,
    organizations,
    events,
    duplicates: DUPLICATES,
    random: seededRandom(seed),
    goesOn: () => !isOver,
  });
  // Awaited below; a failure meanwhile is thrown there.
  published.catch(() => undefined);
  try {
    await strike();
    isOver = true;
    const manifest = await published;
    await untilPassed(databaseUrl, topic, manifest.sent);
    return manifest;
  } finally {
    isOver = true;
    await consumer.stop();
  }
}
