import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EmbeddedKafka } from '../../deploy/local/embedded-kafka';
import type { EmbeddedPostgres } from '../../deploy/local/embedded-postgres';
import { type ConsumerProcess, startConsumerProcess } from './consumer-process';
import { type Manifest, publishManifest } from './manifest';
import { seededRandom, shuffled } from './random';
import { ask, untilMoving, untilPassed } from './watch-offsets';

export type Victim = 'consumer' | 'postgres' | 'broker';

export interface KillDrillOptions {
  readonly seed: number;
  readonly events: number;
  readonly kills: Readonly<Record<Victim, number>>;
  readonly organizations: readonly string[];
  readonly topic: string;
  readonly databaseUrl: string;
  readonly directory: string;
  readonly kafka: EmbeddedKafka;
  readonly postgres: EmbeddedPostgres;
  readonly note: (fact: string) => void;
}

export interface Kill {
  readonly victim: Victim;
  /** Whether the consumer held a transaction open when the blow fell: looked up while it was frozen. */
  readonly insideBatch: boolean;
  /** Until the next batch was committed. */
  readonly recoveryMs: number;
}

export interface KillDrillResult {
  readonly manifest: Manifest;
  readonly kills: readonly Kill[];
}

/** Small, so that a backlog outlasts all kills and most of the time is spent inside of a batch. */
const MAX_BATCH_RECORDS = 200;
const DUPLICATES = 0.1;
const LONGEST_LIFE_MS = 300;
const RECOVERY_LIMIT_MS = 60_000;
/** Steered only when chance falls short: the drill must meet the rare state, not hope for it. */
const WANTED_SHARE_INSIDE = 0.85;
const MAX_LOOKS = 40;

/**
 * Kills the consumer, Postgres and the broker at random moments while events with repetitions flow, and lets them
 * come back. What the ledger holds in the end is for the caller to compare with the manifest.
 */
export async function runKillDrill(options: KillDrillOptions): Promise<KillDrillResult> {
  const random = seededRandom(options.seed);
  mkdirSync(options.directory, { recursive: true });
  let isOver = false;
  const published = publishManifest({
    brokers: options.kafka.brokers,
    topic: options.topic,
    organizations: options.organizations,
    events: options.events,
    duplicates: DUPLICATES,
    random: seededRandom(options.seed + 1),
    goesOn: () => !isOver,
  });
  // Awaited below; a failure meanwhile is thrown there.
  published.catch(() => undefined);
  const victims = shuffled(
    (Object.keys(options.kills) as Victim[]).flatMap((victim) =>
      Array.from({ length: options.kills[victim] }, () => victim),
    ),
    random,
  );
  const drill: Drill = { options, kills: [], lives: 1, consumer: await startConsumer(options, 1) };
  try {
    for (const victim of victims) {
      const { insideBatch } = await strikeOnce(drill, victim, random);
      const place = insideBatch ? 'inside' : 'between';
      options.note(`kill ${drill.kills.length}/${victims.length}: ${victim}, ${place} batches`);
    }
    isOver = true;
    const manifest = await published;
    await untilPassed(options.databaseUrl, options.topic, manifest.sent);
    return { manifest, kills: drill.kills };
  } finally {
    isOver = true;
    await drill.consumer.stop();
  }
}

interface Drill {
  readonly options: KillDrillOptions;
  readonly kills: Kill[];
  /** How many consumers were started, one after the other. */
  lives: number;
  consumer: ConsumerProcess;
}

async function strikeOnce(drill: Drill, victim: Victim, random: () => number): Promise<Kill> {
  const { options, kills } = drill;
  await untilMoving(options.databaseUrl, options.topic, RECOVERY_LIMIT_MS);
  await pause(random() * LONGEST_LIFE_MS);
  const insideSoFar = kills.filter((kill) => kill.insideBatch).length;
  const insideBatch = await freeze(drill.consumer, options, insideSoFar < WANTED_SHARE_INSIDE * (kills.length + 1));
  const killedAt = performance.now();
  await strike(victim, drill);
  await untilMoving(options.databaseUrl, options.topic, RECOVERY_LIMIT_MS);
  const kill = { victim, insideBatch, recoveryMs: performance.now() - killedAt };
  kills.push(kill);
  return kill;
}

function startConsumer(options: KillDrillOptions, life: number): Promise<ConsumerProcess> {
  const { databaseUrl, kafka, topic, directory } = options;
  const logFile = join(directory, `usage-consumer-${life}.log`);
  return startConsumerProcess({
    databaseUrl,
    brokers: kafka.brokers,
    topic,
    logFile,
    maxBatchRecords: MAX_BATCH_RECORDS,
  });
}

async function strike(victim: Victim, drill: Drill): Promise<void> {
  const { consumer, options } = drill;
  switch (victim) {
    case 'consumer':
      await consumer.kill();
      drill.lives += 1;
      drill.consumer = await startConsumer(options, drill.lives);
      return;
    case 'postgres':
      await options.postgres.kill();
      consumer.thaw();
      return options.postgres.restart();
    case 'broker':
      await options.kafka.kill();
      consumer.thaw();
      return options.kafka.restart();
  }
}

/** Freezes the consumer at a random moment, and where `mustBeInside`, at one with an open batch. */
async function freeze(consumer: ConsumerProcess, options: KillDrillOptions, mustBeInside: boolean): Promise<boolean> {
  for (let looks = 1; ; looks += 1) {
    consumer.freeze();
    const inside = await holdsOpenBatch(options.databaseUrl);
    if (inside || !mustBeInside || looks === MAX_LOOKS) return inside;
    consumer.thaw();
    await pause(1 + (looks % 7));
  }
}

async function holdsOpenBatch(databaseUrl: string): Promise<boolean> {
  const [row] = await ask<{ open: boolean }>(
    databaseUrl,
    `SELECT EXISTS (SELECT FROM pg_stat_activity
                     WHERE application_name = 'usage-consumer' AND xact_start IS NOT NULL AND backend_xid IS NOT NULL
                   ) AS open`,
  );
  return row?.open ?? false;
}
