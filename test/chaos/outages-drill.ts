import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { startPostgresProxy } from '../support/postgres-proxy';
import { compareWithManifest } from './compare-with-manifest';
import { startConsumerProcess } from './consumer-process';
import { amountOf, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { type DrillGround, openDrillGround } from './drill-ground';
import { publishManifest } from './manifest';
import { seededRandom } from './random';
import { faultsOfLedger } from './verify-ledger';
import { untilMoving, untilPassed } from './watch-offsets';

const MAX_BATCH_RECORDS = 200;
const DUPLICATES = 0.1;
const EVENTS_PER_OUTAGE = 20_000;
const LONGEST_OUTAGE_MS = 8_000;
const RECOVERY_LIMIT_MS = 30_000;

type Outage = 'network cut to Postgres' | 'Postgres stuck' | 'broker stuck';
const OUTAGES: readonly Outage[] = ['network cut to Postgres', 'Postgres stuck', 'broker stuck'];

export const outagesDrill: Drill = {
  name: 'outages',
  summary: 'the network to Postgres is cut, Postgres stands still, the broker stands still: each for seconds',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const times = amountOf(terms, 'times', { short: 2, full: 20 });
    const ground = await openDrillGround(terms.note);
    mkdirSync(ground.directory, { recursive: true });
    const { databaseUrl, topic, organizations, kafka } = ground;
    const proxy = await startPostgresProxy(databaseUrl);
    const random = seededRandom(terms.seed);
    const consumer = await startConsumerProcess({
      databaseUrl: proxy.url,
      brokers: kafka.brokers,
      topic,
      logFile: join(ground.directory, 'usage-consumer.log'),
      maxBatchRecords: MAX_BATCH_RECORDS,
    });
    let isOver = false;
    const published = publishManifest({
      brokers: kafka.brokers,
      topic,
      organizations,
      events: EVENTS_PER_OUTAGE * times * OUTAGES.length,
      duplicates: DUPLICATES,
      random: seededRandom(terms.seed + 1),
      goesOn: () => !isOver,
    });
    // Awaited below; a failure meanwhile is thrown there.
    published.catch(() => undefined);
    try {
      const recoveries = new Map<Outage, number[]>(OUTAGES.map((outage) => [outage, []]));
      for (let turn = 0; turn < times * OUTAGES.length; turn += 1) {
        const outage = OUTAGES[turn % OUTAGES.length] ?? 'broker stuck';
        const recoveryMs = await undergo(outage, {
          ground,
          setGone: (isGone) => proxy.setGone(isGone),
          lengthMs: LONGEST_OUTAGE_MS * random(),
        });
        recoveries.get(outage)?.push(recoveryMs);
        terms.note(`${outage}: back after ${Math.round(recoveryMs)} ms`);
      }
      isOver = true;
      const manifest = await published;
      await untilPassed(databaseUrl, topic, manifest.sent);
      const worst = (outage: Outage): number => Math.round(Math.max(0, ...(recoveries.get(outage) ?? [])));
      return {
        seen: OUTAGES.map((outage) => `${outage}: ${times} times, back after at most ${worst(outage)} ms`),
        faults: [
          ...OUTAGES.filter((outage) => worst(outage) > RECOVERY_LIMIT_MS).map((outage) => `${outage}: back too late`),
          ...(await compareWithManifest(databaseUrl, manifest)),
          ...(await faultsOfLedger(databaseUrl)),
        ],
      };
    } finally {
      isOver = true;
      await consumer.stop();
      await proxy.stop();
      await ground.close();
    }
  },
};

interface Undergone {
  readonly ground: DrillGround;
  readonly setGone: (isGone: boolean) => void;
  readonly lengthMs: number;
}

/** @returns milliseconds from the end of the outage to the next commit. */
async function undergo(outage: Outage, { ground, setGone, lengthMs }: Undergone): Promise<number> {
  const { databaseUrl, topic } = ground;
  const end = await begin(outage, ground, setGone);
  await pause(lengthMs);
  await end();
  const endedAt = performance.now();
  await untilMoving(databaseUrl, topic, 2 * RECOVERY_LIMIT_MS);
  return performance.now() - endedAt;
}

type End = () => void | Promise<void>;

/** @returns what ends it. */
async function begin(
  outage: Outage,
  { kafka, databaseUrl }: DrillGround,
  setGone: (isGone: boolean) => void,
): Promise<End> {
  switch (outage) {
    case 'network cut to Postgres':
      setGone(true);
      return () => setGone(false);
    case 'Postgres stuck':
      return lockLedger(databaseUrl);
    case 'broker stuck':
      for (const pid of kafka.pids()) process.kill(pid, 'SIGSTOP');
      return () => kafka.pids().forEach((pid) => process.kill(pid, 'SIGCONT'));
  }
}

/** Nobody reads or writes the ledger until this ends. */
async function lockLedger(databaseUrl: string): Promise<End> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'drill' });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE ledger_event IN ACCESS EXCLUSIVE MODE');
  return () => client.end();
}
