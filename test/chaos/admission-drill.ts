import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { apiCaller } from '../support/running-api';
import { until } from '../support/until';
import { AdmissionAccount } from './admission-account';
import { AdmissionAskers } from './admission-askers';
import type { AdmissionGround } from './admission-ground';
import { type ConsumerProcess, startConsumerProcess } from './consumer-process';
import { seededRandom, shuffled } from './random';

export type AdmissionVictim = 'api' | 'redis' | 'consumer';

export interface AdmissionDrillOptions {
  readonly ground: AdmissionGround;
  readonly seed: number;
  readonly kills: Readonly<Record<AdmissionVictim, number>>;
  /** The share of unanswered requests that are not asked for again, and leak. */
  readonly abandoned: number;
  readonly note: (fact: string) => void;
}

export interface AdmissionKill {
  readonly victim: AdmissionVictim;
  /** Until the next request was admitted; for the consumer, until the next charge. */
  readonly recoveryMs: number;
}

export interface AdmissionDrillResult {
  readonly kills: readonly AdmissionKill[];
  readonly account: AdmissionAccount;
}

type Call = ReturnType<typeof apiCaller>;

const FIRST_CENTS = 100;
const LONGEST_LIFE_MS = 400;
const MAX_BATCH_RECORDS = 200;
/** Less than clients ask for, so that the limit is always near. */
const CREDIT_EVERY_MS = 200;
const MOST_CREDIT_CENTS = 60;
const RECOVERY_LIMIT_MS = 120_000;
/** A round of the follower, and the whole second at which holds expire. */
const EXPIRY_SLACK_MS = 10_000;

/**
 * Kills the API, Redis and the consumer at random moments while clients ask for more than there is, and lets them come
 * back. Ends when everything admitted is charged and everything abandoned has expired; what does not add up is in the
 * account.
 */
export async function runAdmissionDrill(options: AdmissionDrillOptions): Promise<AdmissionDrillResult> {
  const { ground, seed, kills, abandoned } = options;
  const { kafka, topic, organizations, apiKey } = ground;
  const account = new AdmissionAccount();
  const call = apiCaller(ground.apis[0]?.url ?? '', apiKey);
  const drill: Drill = { options, account, call, kills: [], lives: 0, consumer: await startConsumer(ground, 0) };
  for (const organization of organizations) await credit(drill, organization, FIRST_CENTS);
  const askers = new AdmissionAskers({
    urls: ground.apis.map(({ url }) => url),
    brokers: kafka.brokers,
    random: seededRandom(seed + 1),
    apiKey,
    topic,
    organizations,
    account,
    abandoned,
  });
  let crediting: ReturnType<typeof creditOn> | null = null;
  try {
    // However slow the machine is, what there was at first is used up before anybody is killed.
    await until(
      () => account.counts.refusals,
      (refusals) => refusals > 0,
      RECOVERY_LIMIT_MS,
    );
    crediting = creditOn(drill, seededRandom(seed + 2));
    const random = seededRandom(seed);
    for (const victim of shuffled(victimsOf(kills), random)) await strikeOnce(drill, victim, random);
    await crediting.stop();
    await askers.stop();
    await settleAccounts(drill);
    return { kills: drill.kills, account };
  } finally {
    await crediting?.stop();
    await askers.stop();
    await drill.consumer.stop();
  }
}

interface Drill {
  readonly options: AdmissionDrillOptions;
  readonly account: AdmissionAccount;
  readonly call: Call;
  readonly kills: AdmissionKill[];
  lives: number;
  consumer: ConsumerProcess;
}

function victimsOf(kills: AdmissionDrillOptions['kills']): AdmissionVictim[] {
  return (Object.keys(kills) as AdmissionVictim[]).flatMap((victim) =>
    Array.from({ length: kills[victim] }, () => victim),
  );
}

function startConsumer(
  { databaseUrl, kafka, topic, directory }: AdmissionGround,
  life: number,
): Promise<ConsumerProcess> {
  const logFile = join(directory, `admission-consumer-${life}.log`);
  const brokers = kafka.brokers;
  return startConsumerProcess({ databaseUrl, brokers, topic, logFile, maxBatchRecords: MAX_BATCH_RECORDS });
}

async function strikeOnce(drill: Drill, victim: AdmissionVictim, random: () => number): Promise<void> {
  const { options, kills } = drill;
  await pause(random() * LONGEST_LIFE_MS);
  const killedAt = performance.now();
  await strike(drill, victim, random);
  const before = await progressOf(drill, victim);
  await until(
    () => progressOf(drill, victim),
    (now) => now > before,
    RECOVERY_LIMIT_MS,
  );
  kills.push({ victim, recoveryMs: performance.now() - killedAt });
  options.note(`kill ${kills.length}: ${victim}, ${drill.account.counts.admissions} admitted so far`);
}

async function strike(drill: Drill, victim: AdmissionVictim, random: () => number): Promise<void> {
  const { ground } = drill.options;
  switch (victim) {
    case 'api': {
      const api = ground.apis[Math.floor(random() * ground.apis.length)];
      await api?.kill();
      return api?.restart();
    }
    case 'redis':
      await ground.redis.kill();
      return ground.redis.restart();
    case 'consumer':
      await drill.consumer.kill();
      drill.lives += 1;
      drill.consumer = await startConsumer(ground, drill.lives);
  }
}

async function progressOf({ options, account, call }: Drill, victim: AdmissionVictim): Promise<number> {
  if (victim !== 'consumer') return account.counts.admissions;
  const balances = await Promise.all(options.ground.organizations.map((id) => call(`${id}/balance`)));
  return balances.reduce((sum, { body }) => sum + Number(body.requests.used), 0);
}

/** Gives a little to one after the other. */
function creditOn(drill: Drill, random: () => number): { stop(): Promise<void> } {
  const { organizations } = drill.options.ground;
  const stopping = new AbortController();
  const crediting = (async () => {
    while (!stopping.signal.aborted) {
      const organization = organizations[Math.floor(random() * organizations.length)] ?? '';
      await credit(drill, organization, 1 + Math.floor(random() * MOST_CREDIT_CENTS));
      await pause(CREDIT_EVERY_MS);
    }
  })();
  // Awaited below; a failure meanwhile is thrown there.
  crediting.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await crediting;
    },
  };
}

let credits = 0;

async function credit({ account, call }: Drill, organization: string, cents: number): Promise<void> {
  account.credit(organization, cents);
  const headers = { 'idempotency-key': `credit-${(credits += 1)}` };
  const body = { amount: String(cents), reason: 'drill' };
  await until(
    () => call(`${organization}/adjustments`, { method: 'POST', headers, body }).catch(() => null),
    (answer) => answer?.status === 201 || answer?.status === 200,
    RECOVERY_LIMIT_MS,
  );
}

/** Nothing may be held after the last hold has expired, and what is left is what nobody has used. */
async function settleAccounts({ options, account, call }: Drill): Promise<void> {
  const { organizations, holdSeconds } = options.ground;
  const deadlineMs = holdSeconds * 1_000 + EXPIRY_SLACK_MS;
  for (const organization of organizations) {
    const expected = `${account.leftOf(organization)}.0000000000`;
    const isSettled = (body: { balance: string; open_holds: string }): boolean =>
      body.balance === expected && body.open_holds === '0.0000000000';
    const { body } = await until(
      () => call(`${organization}/balance`),
      (answer) => isSettled(answer.body),
      deadlineMs,
    ).catch(() => call(`${organization}/balance`));
    const { balance, open_holds: held } = body;
    if (!isSettled(body))
      account.fault(`${organization}: expected ${expected} and no hold, found ${balance}, ${held} held`);
    const holds = await call(`${organization}/holds`);
    if (holds.body.open !== 0) account.fault(`${organization}: ${holds.body.open} holds are open`);
  }
}
