import { setTimeout as pause } from 'node:timers/promises';
import { cpus } from 'node:os';
import { cpuOfFamily, cpuOfMachine, cpuOfProcess } from './cpu-times';

/** Who works during a measurement. The benchmark's own process, which only looks on, is not among them. */
export interface Workers {
  readonly nodePids: readonly number[];
  readonly postgresPid: number;
  readonly kafkaPid: number;
}

/** CPU time in microseconds. */
export interface CpuTimes {
  readonly node: number;
  readonly postgres: number;
  readonly kafka: number;
}

/** What was done between two looks at a contender that was at work before the first and after the second. */
export interface Window {
  readonly events: number;
  readonly seconds: number;
  readonly cpu: CpuTimes;
  /** The share of the machine's CPU time that went to others meanwhile, the benchmark's own process among them. */
  readonly othersShare: number;
}

export interface WindowTerms {
  /** Records passed so far. */
  readonly passed: () => Promise<number>;
  readonly workers: Workers;
  /** The window opens when this many are passed: by then programs are loaded and compiled. */
  readonly from: number;
  /** And closes when this many are. */
  readonly until: number;
  readonly withinMs?: number;
  /** Told after every look. */
  readonly look?: (passed: number) => void;
}

/** The processes of a contender, and the servers that work for it. */
export function workersOf(stage: Pick<Workers, 'postgresPid' | 'kafkaPid'>, nodePids: readonly number[]): Workers {
  return { nodePids, postgresPid: stage.postgresPid, kafkaPid: stage.kafkaPid };
}

interface Look {
  readonly passed: number;
  readonly atMs: number;
  readonly cpu: CpuTimes;
  readonly machineCpu: number;
}

const LOOK_EVERY_MS = 50;
const MICROSECONDS_PER_SECOND = 1_000_000;
const DEFAULT_LIMIT_MS = 600_000;

/** Watches a contender at work. @throws when it does not get there in time. */
export async function measureWindow(terms: WindowTerms): Promise<Window> {
  const deadline = performance.now() + (terms.withinMs ?? DEFAULT_LIMIT_MS);
  const opened = await waitUntil(terms, terms.from, deadline);
  const closed = await waitUntil(terms, terms.until, deadline);
  const seconds = (closed.atMs - opened.atMs) / 1000;
  const cpu = {
    node: closed.cpu.node - opened.cpu.node,
    postgres: closed.cpu.postgres - opened.cpu.postgres,
    kafka: closed.cpu.kafka - opened.cpu.kafka,
  };
  const others = closed.machineCpu - opened.machineCpu - cpu.node - cpu.postgres - cpu.kafka;
  const othersShare = Math.max(0, others / (seconds * cpus().length * MICROSECONDS_PER_SECOND));
  return { events: closed.passed - opened.passed, seconds, cpu, othersShare };
}

async function waitUntil(terms: WindowTerms, count: number, deadline: number): Promise<Look> {
  for (;;) {
    const passed = await terms.passed();
    const look = { passed, atMs: performance.now(), cpu: cpuOf(terms.workers), machineCpu: cpuOfMachine() };
    terms.look?.(passed);
    if (passed >= count) return look;
    if (look.atMs > deadline) throw new Error(`only ${passed} of ${count} records were passed in time`);
    await pause(LOOK_EVERY_MS);
  }
}

function cpuOf({ nodePids, postgresPid, kafkaPid }: Workers): CpuTimes {
  return {
    node: nodePids.reduce((sum, pid) => sum + cpuOfProcess(pid), 0),
    postgres: cpuOfFamily(postgresPid),
    kafka: cpuOfProcess(kafkaPid),
  };
}
