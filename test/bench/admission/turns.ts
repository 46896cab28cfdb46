import { startWarmConsumer } from '../contenders/warm-consumer';
import type { HttpRequest } from '../http/http-connection';
import { type Answered, requestWhenDue, requestWithoutPause } from '../http/request-load';
import { startLoad } from '../latency/run-load';
import { cpuOfFamily, cpuOfMachine, cpuOfProcess } from '../measure/cpu-times';
import type { BenchOptions } from '../options';
import type { Stage } from '../stage/stage';
import { ORGANIZATIONS, organizationIds } from '../workload/organizations';
import { MODEL, PROVIDER } from '../workload/usage-generator';
import type { Contender } from './contenders';

export const PER_SECOND = 2_000;
export const SECONDS = 6;
/** Programs are compiled in them: with fewer, the first turns measure the compiler. */
const WARM_UP_SECONDS = 6;
const CLOSED_SECONDS = 3;
const LOAD_WARM_UP_SECONDS = 4;
export const EVENTS_PER_SECOND = 1_000;

/** Whose requests: of all organizations in turn, or of one alone that holds so many already. */
export type Asking =
  { readonly type: 'uniform' } | { readonly type: 'hot'; readonly organization: number; readonly openHolds: number };

export interface AdmissionTurn {
  readonly answers: readonly Answered[];
  /** Microseconds of CPU time for a request. */
  readonly cpu: { readonly server: number; readonly stores: number; readonly sender: number };
  /** The share of the machine that was at work for somebody else. */
  readonly othersShare: number;
  /** Admissions a second on as many connections as there are, in a closed loop; null where it was not tried. */
  readonly closedPerSecond: number | null;
}

export interface Surroundings {
  readonly stage: Stage;
  readonly redisPid: number;
}

const ADMITTED = new Set([200, 201]);
let series = 0;

/** Requests that nobody has asked for before. */
function questionsOf(asking: Asking): (index: number) => HttpRequest {
  series += 1;
  const name = `req_${series}`;
  const rest = `"source":"/bench","provider":"${PROVIDER}","model":"${MODEL}","input_tokens":1000,"max_output_tokens":500}`;
  const organizationOf = (index: number): string =>
    organizationIds[asking.type === 'hot' ? asking.organization : index % ORGANIZATIONS] ?? '';
  return (index) => ({
    path: '/v1/admissions',
    body: `{"organization_id":"${organizationOf(index)}","request_id":"${name}_${index}",${rest}`,
  });
}

/** One contender's turn: it is thawed, asked in an open loop, then in a closed one, and stands still again. */
export async function runTurn(at: Surroundings, contender: Contender, asking: Asking): Promise<AdmissionTurn> {
  contender.thaw();
  try {
    await requestWhenDue(contender, questionsOf(asking), { perSecond: PER_SECOND, seconds: WARM_UP_SECONDS });
    if (asking.type === 'hot') {
      await requestWithoutPause(contender, questionsOf(asking), (sent) => sent >= asking.openHolds);
    }
    const turn = await measureTurn(at, contender, asking);
    const overAt = performance.now() + CLOSED_SECONDS * 1000;
    const closed = await requestWithoutPause(contender, questionsOf(asking), () => performance.now() > overAt);
    const admitted = closed.filter((status) => ADMITTED.has(status));
    return { ...turn, closedPerSecond: admitted.length / CLOSED_SECONDS };
  } finally {
    contender.freeze();
  }
}

/** The same beside events that a consumer of its own charges to the same organizations. */
export async function runTurnBesideLoad(
  at: Surroundings,
  contender: Contender,
  { tracePath }: BenchOptions,
): Promise<AdmissionTurn> {
  const { stage } = at;
  const { topic, database } = contender;
  const asking = { type: 'uniform' } as const;
  const consumer = await startWarmConsumer({ stage, database, topic, groupId: topic, tracePath });
  contender.thaw();
  try {
    const records = EVENTS_PER_SECOND * (SECONDS + WARM_UP_SECONDS + LOAD_WARM_UP_SECONDS);
    const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath, series: (series += 1) } as const;
    const sent = await startLoad(stage, { topic, eventsPerSecond: EVENTS_PER_SECOND, workload });
    const seconds = WARM_UP_SECONDS + LOAD_WARM_UP_SECONDS;
    await requestWhenDue(contender, questionsOf(asking), { perSecond: PER_SECOND / 2, seconds });
    const turn = await measureTurn(at, contender, asking);
    await sent();
    return { ...turn, closedPerSecond: null };
  } finally {
    contender.freeze();
    await consumer.process.stop();
  }
}

async function measureTurn(
  { stage, redisPid }: Surroundings,
  contender: Contender,
  asking: Asking,
): Promise<Omit<AdmissionTurn, 'closedPerSecond'>> {
  const look = (): number[] => [
    cpuOfProcess(contender.pid),
    cpuOfFamily(stage.postgresPid) + cpuOfProcess(redisPid),
    cpuOfProcess(process.pid),
    cpuOfMachine(),
  ];
  const before = look();
  const beganAtMs = performance.now();
  const answers = await requestWhenDue(contender, questionsOf(asking), { perSecond: PER_SECOND, seconds: SECONDS });
  const seconds = (performance.now() - beganAtMs) / 1000;
  const [server = 0, stores = 0, sender = 0, machine = 0] = look().map((time, index) => time - (before[index] ?? 0));
  const count = answers.length;
  return {
    answers,
    cpu: { server: server / count, stores: stores / count, sender: sender / count },
    othersShare: Math.max(0, machine - server - stores - sender) / (seconds * 2_000_000),
  };
}

/** How many were not admitted: too late to be answered, or not at all. */
export function refusedOf({ answers }: AdmissionTurn): number {
  return answers.filter(({ status }) => !ADMITTED.has(status)).length;
}
