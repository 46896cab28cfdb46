import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { issueApiKey } from '@floopy/application';
import { queriesOf, saveApiKey } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { findFreePort } from '../../../deploy/local/processes/free-port';
import { startBenchProcess } from '../contenders/bench-process';
import { startWarmConsumer } from '../contenders/warm-consumer';
import type { HttpRequest } from '../http/http-connection';
import { type Answered, requestWhenDue, type Target } from '../http/request-load';
import { startLoad } from '../latency/run-load';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { percentile } from '../report/figures';
import { table, whole } from '../report/markdown';
import type { Section } from '../report/section';
import { type BenchDatabase, createDatabase } from '../stage/database';
import type { Stage } from '../stage/stage';
import { createUsageTopic } from '../stage/topic';
import { ORGANIZATIONS, organizationIds } from '../workload/organizations';

const REQUESTS_PER_SECOND = 500;
const SECONDS = 15;
/** Until the API and the producer are compiled; the consumer has worked before. */
const WARM_UP_SECONDS = 6;
const READY_TIMEOUT_MS = 60_000;
/** Shares of the full rate at which events come meanwhile. */
const LOADS = [0, 0.25, 0.5] as const;

interface Read {
  readonly load: number;
  readonly answers: readonly Answered[];
}

/** Balances read through the API, of every organization in turn, while the consumer works beside it. */
export async function measureReads(
  stage: Stage,
  fullRate: number,
  options: BenchOptions,
  progress: BenchProgress,
): Promise<Section> {
  const reads: Read[] = [];
  for (const load of LOADS) {
    const what = `${REQUESTS_PER_SECOND} balance reads/s beside ${whole(load * fullRate)} events/s`;
    reads.push({ load, answers: await takeStep(progress, what, () => readBeside(stage, load * fullRate, options)) });
  }
  return readsSection(reads, fullRate);
}

async function readBeside(stage: Stage, eventsPerSecond: number, { tracePath }: BenchOptions): Promise<Answered[]> {
  const turn = `reads_${Math.round(eventsPerSecond)}`;
  const topic = `bench.${turn}`;
  const records = Math.max(1, Math.round(eventsPerSecond * (SECONDS + WARM_UP_SECONDS)));
  await createUsageTopic(stage.brokers, topic);
  const database = await createDatabase(stage.databaseUrl, turn);
  const consumer = await startWarmConsumer({ stage, database, topic, groupId: topic, tracePath });
  const api = await startApi(stage, database, topic);
  try {
    const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath } as const;
    const rate = Math.max(1, eventsPerSecond);
    const sent = await startLoad(stage, { topic, eventsPerSecond: rate, workload });
    await requestWhenDue(api, balanceOf, { perSecond: REQUESTS_PER_SECOND, seconds: WARM_UP_SECONDS });
    const answers = await requestWhenDue(api, balanceOf, { perSecond: REQUESTS_PER_SECOND, seconds: SECONDS });
    await sent();
    return answers;
  } finally {
    await Promise.all([api.stop(), consumer.process.stop()]);
    await database.drop();
  }
}

interface Api extends Target {
  stop(): Promise<void>;
}

/** Of each organization in turn. */
function balanceOf(index: number): HttpRequest {
  return { path: `/v1/organizations/${organizationIds[index % ORGANIZATIONS]}/balance` };
}

async function startApi(stage: Stage, database: BenchDatabase, topic: string): Promise<Api> {
  const apiKey = await issueOperatorKey(database);
  const port = await findFreePort();
  const process = await startBenchProcess(stage, {
    program: 'apps/api/src/main',
    environment: {
      DATABASE_URL: database.url,
      KAFKA_BROKERS: stage.brokers.join(','),
      USAGE_TOPIC: topic,
      PORT: String(port),
    },
  });
  await untilAnswering(`http://127.0.0.1:${port}/healthz`);
  return {
    port,
    apiKey,
    stop: () => process.stop(),
  };
}

async function issueOperatorKey({ pool }: BenchDatabase): Promise<string> {
  const queries = queriesOf(pool);
  const issued = await issueApiKey(
    {
      store: { saveApiKey: (key) => saveApiKey(queries, key) },
      randomText: (bytes) => randomBytes(bytes).toString('base64url'),
      sha256,
    },
    { organizationId: null, name: 'bench', scopes: ['balance:read'] },
  );
  if (issued.type === 'refused') throw new Error(issued.code);
  return issued.secret;
}

async function untilAnswering(url: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (
    !(await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (performance.now() > deadline) throw new Error(`${url} does not answer`);
    await pause(50);
  }
}

function readsSection(reads: readonly Read[], fullRate: number): Section {
  const rows = reads.map(({ load, answers }) => {
    const times = answers.map(({ milliseconds }) => milliseconds);
    const refused = answers.filter(({ status }) => status !== 200).length;
    const shares = [0.5, 0.9, 0.99, 1].map((share) => percentile(times, share).toFixed(1));
    return [whole(load * fullRate), whole(answers.length), ...shares, whole(refused)];
  });
  const text = [
    `\`GET /v1/organizations/{id}/balance\` at ${REQUESTS_PER_SECOND} requests/s in an open loop, over ${SECONDS} s, of 1,000`,
    `organizations in turn, with one API process and one consumer process. Full load is ${whole(fullRate)} events/s; the`,
    'producer of the load and the sender of the requests run on the same two cores.',
    '',
    table(['events/s meanwhile', 'requests', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms', 'not 200'], rows),
  ];
  return { title: 'Balance reads', text: text.join('\n') };
}
