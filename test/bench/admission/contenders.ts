import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { issueApiKey } from '@floopy/application';
import { queriesOf, saveApiKey } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { Redis } from 'ioredis';
import { findFreePort } from '../../../deploy/local/processes/free-port';
import { sendSignal } from '../../../deploy/local/processes/process-identity';
import type { WatchedProcess } from '../../../deploy/local/processes/watched-process';
import { type BenchProcess, startBenchProcess } from '../contenders/bench-process';
import { type BenchDatabase, createDatabase } from '../stage/database';
import type { Stage } from '../stage/stage';
import { createUsageTopic } from '../stage/topic';
import { organizationIds } from '../workload/organizations';
import { CREDITED_TEMPLATE } from './credited-template';
import type { PlainSettings, PlainWay } from './plain/settings';
import type { Target } from '../http/request-load';

export const OURS = ['memory', 'memory_async', 'redis'] as const;
export type Ours = (typeof OURS)[number];
export type AdmissionName = Ours | PlainWay;
/** In the order of their turns. */
export const NAMES: readonly AdmissionName[] = ['nothing', 'memory_async', 'memory', 'redis', 'script', 'debit'];

export const TITLES: Readonly<Record<AdmissionName, string>> = {
  memory: 'ours, memory, durable journal',
  memory_async: 'ours, memory, `HOLD_JOURNAL=async`',
  redis: 'ours, Redis (`appendfsync always`)',
  nothing: 'bare Nest/Fastify endpoint',
  debit: 'check, then debit, in Postgres',
  script: 'a script in Redis (`appendfsync always`)',
};

/** A server that admits, in a process of its own, which stands still while another one has its turn. */
export interface Contender extends Target {
  readonly name: AdmissionName;
  readonly pid: number;
  readonly database: BenchDatabase;
  readonly topic: string;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const PLAIN_CREDIT = '1000000000';

export async function startContender(stage: Stage, redisUrl: string, name: AdmissionName): Promise<Contender> {
  const database = await createDatabase(stage.databaseUrl, `admission_${name}`, CREDITED_TEMPLATE);
  const topic = `bench.admission.${name}`;
  await createUsageTopic(stage.brokers, topic);
  const apiKey = await issueAdmissionKey(database);
  const port = await findFreePort();
  const program = isOurs(name)
    ? ourApi(stage, { name, database, topic, port, redisUrl })
    : plainServer({ way: name, port, databaseUrl: database.url, redisUrl });
  if (name === 'script') await creditScript(redisUrl);
  const process = await startBenchProcess(stage, program);
  await untilListening(port);
  return {
    ...controlsOf(process, database),
    name,
    pid: process.identity.pid,
    database,
    topic,
    port,

    apiKey,
  };
}

function isOurs(name: AdmissionName): name is Ours {
  return OURS.some((ours) => ours === name);
}

interface OurTerms {
  readonly name: Ours;
  readonly database: BenchDatabase;
  readonly topic: string;
  readonly port: number;
  readonly redisUrl: string;
}

function ourApi(stage: Stage, { name, database, topic, port, redisUrl }: OurTerms): BenchProcess {
  const environment = {
    DATABASE_URL: database.url,
    KAFKA_BROKERS: stage.brokers.join(','),
    USAGE_TOPIC: topic,
    PORT: String(port),
    REQUESTS_PER_SECOND: '1000000',
    ADMISSION_STORE: name === 'redis' ? 'redis' : 'memory',
    HOLD_JOURNAL: name === 'memory_async' ? 'async' : 'durable',
    REDIS_URL: redisUrl,
  };
  return { program: 'apps/api/src/main', environment };
}

function plainServer(settings: PlainSettings): BenchProcess {
  return { program: 'test/bench/admission/plain/main', args: [JSON.stringify(settings)] };
}

function controlsOf(process: WatchedProcess, database: BenchDatabase): Pick<Contender, 'freeze' | 'thaw' | 'stop'> {
  return {
    freeze: () => void sendSignal(process.identity, 'SIGSTOP'),
    thaw: () => void sendSignal(process.identity, 'SIGCONT'),
    async stop() {
      await process.kill();
      await database.drop();
    },
  };
}

async function creditScript(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.mset(Object.fromEntries(organizationIds.map((id) => [`plain:${id}`, PLAIN_CREDIT])));
  redis.disconnect();
}

async function issueAdmissionKey({ pool }: BenchDatabase): Promise<string> {
  const store = { saveApiKey: (key: Parameters<typeof saveApiKey>[1]) => saveApiKey(queriesOf(pool), key) };
  const randomText = (bytes: number): string => randomBytes(bytes).toString('base64url');
  const issued = await issueApiKey(
    { store, randomText, sha256 },
    { organizationId: null, name: 'bench', scopes: ['admission:write'] },
  );
  if (issued.type === 'refused') throw new Error(issued.code);
  return issued.secret;
}

async function untilListening(port: number): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (performance.now() > deadline) throw new Error(`nobody listens on port ${port}`);
    await pause(50);
  }
}
