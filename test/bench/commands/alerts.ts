import { setTimeout as pause } from 'node:timers/promises';
import { startLedgerFollower } from '../contenders/ledger-follower';
import { startUsageConsumer } from '../contenders/usage-consumer';
import { createCrossingOrganizations, crossAtRate } from '../latency/crossings';
import { startLoad } from '../latency/run-load';
import { openWebhookInbox, type WebhookInbox } from '../latency/webhook-inbox';
import { cpuOfProcess } from '../measure/cpu-times';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { percentile } from '../report/figures';
import { table, whole } from '../report/markdown';
import type { Section } from '../report/section';
import { createDatabase } from '../stage/database';
import type { Stage } from '../stage/stage';
import { createUsageTopic } from '../stage/topic';
import { ORGANIZATIONS } from '../workload/organizations';

const CROSSINGS = 200;
const PER_SECOND = 20;
/** Events a second meanwhile. */
const LOADS = [0, 500, 1_500] as const;
/** Until the processes are up and compiled, and have told of whoever is below a threshold from the beginning. */
const WARM_UP_SECONDS = 8;
const PATIENCE_MS = 60_000;
const MICROSECONDS_PER_SECOND = 1_000_000;

interface Told {
  readonly eventsPerSecond: number;
  readonly waitsMs: readonly number[];
  readonly repeated: number;
  /** Of one core, by the follower's process alone. */
  readonly followerShare: number;
}

/** From the commit that takes a balance below its threshold until its webhook is called, beside a load of usage. */
export async function measureAlertLatency(
  stage: Stage,
  options: BenchOptions,
  progress: BenchProgress,
): Promise<Section> {
  const told: Told[] = [];
  for (const eventsPerSecond of LOADS) {
    const what = `${CROSSINGS} alerts beside ${whole(eventsPerSecond)} events/s`;
    told.push(await takeStep(progress, what, () => tellBeside(stage, eventsPerSecond, options)));
  }
  return alertsSection(told);
}

async function tellBeside(stage: Stage, eventsPerSecond: number, { tracePath }: BenchOptions): Promise<Told> {
  const turn = `alerts_${eventsPerSecond}`;
  const topic = `bench.${turn}`;
  await createUsageTopic(stage.brokers, topic);
  const database = await createDatabase(stage.databaseUrl, turn);
  const inbox = await openWebhookInbox();
  const ids = await createCrossingOrganizations(database, CROSSINGS, inbox);
  const consumer = await startUsageConsumer({ stage, databaseUrl: database.url, topic, groupId: topic });
  const follower = await startLedgerFollower(stage, database, turn);
  try {
    const records = Math.max(1, eventsPerSecond * (WARM_UP_SECONDS + CROSSINGS / PER_SECOND + 1));
    const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath } as const;
    const sent = await startLoad(stage, { topic, eventsPerSecond: Math.max(1, eventsPerSecond), workload });
    await pause(WARM_UP_SECONDS * 1_000);
    const { pid } = follower.identity;
    const before = { cpu: cpuOfProcess(pid), atMs: performance.now() };
    const crossedAtMs = await crossAtRate(database, ids, PER_SECOND);
    await untilTold(inbox, ids.length);
    const seconds = (performance.now() - before.atMs) / 1_000;
    const followerShare = (cpuOfProcess(pid) - before.cpu) / (seconds * MICROSECONDS_PER_SECOND);
    await sent();
    const waitsMs = ids.map((id) => (inbox.toldAtMs.get(id) ?? Infinity) - (crossedAtMs.get(id) ?? 0));
    return { eventsPerSecond, waitsMs, repeated: inbox.repeated(), followerShare };
  } finally {
    await Promise.all([follower.stop(), consumer.process.stop()]);
    inbox.close();
    await database.drop();
  }
}

async function untilTold({ toldAtMs }: WebhookInbox, count: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (toldAtMs.size < count) {
    if (performance.now() > deadline) throw new Error(`only ${toldAtMs.size} of ${count} alerts came in time`);
    await pause(10);
  }
}

function alertsSection(told: readonly Told[]): Section {
  const rows = told.map(({ eventsPerSecond, waitsMs, repeated, followerShare }) => [
    whole(eventsPerSecond),
    whole(waitsMs.length),
    ...[0.5, 0.9, 0.99, 1].map((share) => percentile(waitsMs, share).toFixed(0)),
    whole(repeated),
    `${(followerShare * 100).toFixed(0)} %`,
  ]);
  const text = [
    `${CROSSINGS} organizations fall below their threshold, ${PER_SECOND} a second in an open loop, each by an operator's debit, while usage of`,
    `${whole(ORGANIZATIONS)} others comes. From the commit of the debit until the organization's webhook was called; a server in the`,
    'process of the benchmark answers it. The producer of the load runs on the same two cores.',
    '',
    table(
      ['events/s meanwhile', 'alerts', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms', 'repeated', "follower's core"],
      rows,
    ),
  ];
  return { title: 'Alerts', text: text.join('\n') };
}
