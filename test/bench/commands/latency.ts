import { warmUpOf } from '../contenders/contender';
import { startWarmConsumer, WARM_UP_EVENTS } from '../contenders/warm-consumer';
import { startLoad } from '../latency/run-load';
import type { SentRun } from '../latency/settings';
import { VisibleOffsets } from '../latency/visible-offsets';
import { measureWindow, workersOf } from '../measure/window';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { figuresOf, percentile } from '../report/figures';
import { figureCells, FIGURE_HEADS, table, whole } from '../report/markdown';
import type { Section } from '../report/section';
import { createDatabase, passedRecords } from '../stage/database';
import type { Stage } from '../stage/stage';
import { createUsageTopic } from '../stage/topic';

const TOPIC = 'bench.latency';
const SECONDS = 30;
/** The first of them, in which the producer is compiled, are not counted. */
const WARM_UP_SECONDS = 5;
/** Shares of the rate that was reached with records waiting. With more, the producer beside it takes what is left of two cores. */
const LOADS = [0.25, 0.5] as const;

interface Loaded {
  readonly load: number;
  readonly eventsPerSecond: number;
  readonly latencies: readonly number[];
  readonly missing: number;
  readonly recordsPerTransaction: number;
  readonly cells: readonly string[];
}

/** From the time at which a producer has an event until any reader sees it on the balance, in an open loop. */
export async function measureLatency(
  stage: Stage,
  fullRate: number,
  options: BenchOptions,
  progress: BenchProgress,
): Promise<Section> {
  const measured: Loaded[] = [];
  for (const load of LOADS) {
    const what = `latency at ${load * 100} % of ${whole(fullRate)} events/s`;
    measured.push(await takeStep(progress, what, () => measureAt(stage, load, fullRate, options)));
  }
  return latencySection(measured, fullRate);
}

async function measureAt(stage: Stage, load: number, fullRate: number, options: BenchOptions): Promise<Loaded> {
  const eventsPerSecond = fullRate * load;
  const records = Math.round(eventsPerSecond * SECONDS);
  const topic = `${TOPIC}.${load * 100}`;
  const { tracePath, profileDirectory } = options;
  const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath } as const;
  await createUsageTopic(stage.brokers, topic);
  const database = await createDatabase(stage.databaseUrl, `latency_${load * 100}`);
  const consumer = await startWarmConsumer({ stage, database, topic, groupId: topic, tracePath, profileDirectory });
  const warmUp = await consumer.transactions();
  const visible = new VisibleOffsets(database, topic);
  try {
    const sentRuns = await startLoad(stage, { topic, eventsPerSecond, workload });
    visible.watch();
    const window = await measureWindow({
      passed: () => passedRecords(database, topic),
      workers: workersOf(stage, [consumer.process.identity.pid]),
      from: WARM_UP_EVENTS + warmUpOf(records),
      until: WARM_UP_EVENTS + records,
    });
    const sent = await sentRuns();
    await visible.stop();
    const { count, records: passed } = await consumer.transactions();
    const recordsPerTransaction = (passed - warmUp.records) / (count - warmUp.count);
    const cells = figureCells(figuresOf(window));
    return { load, eventsPerSecond, recordsPerTransaction, cells, ...latenciesOf(visible, sent) };
  } finally {
    await visible.stop();
    await consumer.process.stop();
    await database.drop();
  }
}

function latenciesOf(visible: VisibleOffsets, sent: readonly SentRun[]): Pick<Loaded, 'latencies' | 'missing'> {
  const firstDueAtMs = sent.reduce((first, { dueAtMs }) => Math.min(first, dueAtMs[0] ?? first), Infinity);
  const countedFromMs = firstDueAtMs + WARM_UP_SECONDS * 1000;
  const latencies = visible.latencies(sent, countedFromMs);
  const counted = sent.reduce((sum, run) => sum + run.dueAtMs.filter((atMs) => atMs >= countedFromMs).length, 0);
  return { latencies, missing: counted - latencies.length };
}

function latencySection(measured: readonly Loaded[], fullRate: number): Section {
  const milliseconds = (values: readonly number[], share: number): string => percentile(values, share).toFixed(0);
  const rows = measured.map(({ load, eventsPerSecond, latencies, missing, recordsPerTransaction, cells }) => [
    `${load * 100} %`,
    whole(eventsPerSecond),
    milliseconds(latencies, 0.5),
    milliseconds(latencies, 0.9),
    milliseconds(latencies, 0.99),
    milliseconds(latencies, 1),
    whole(latencies.length),
    whole(missing),
    whole(recordsPerTransaction),
    ...cells,
  ]);
  const spread = ['p50 ms', 'p90 ms', 'p99 ms', 'max ms', 'events', 'missing'];
  const heads = ['load', 'events/s due', ...spread, 'events a transaction', ...FIGURE_HEADS];
  const text = [
    `Full load is ${whole(fullRate)} events/s, what one process has reached on the uniform workload with records waiting.`,
    `The consumer has applied ${whole(WARM_UP_EVENTS)} events before, so that it is compiled as one that has run for a while.`,
    `A producer process sends what is due every 5 ms, in an open loop, for ${SECONDS} s of which the first`,
    `${WARM_UP_SECONDS} are not counted. Latency runs from the time at which an event was due in the producer to the`,
    'moment at which another connection to Postgres first saw its transaction (it looks every 4 ms). The producer runs on',
    'the same two cores; its CPU time is not among the figures.',
    '',
    table(heads, rows),
  ];
  return { title: 'Latency', text: text.join('\n') };
}
