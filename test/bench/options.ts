import { parseArgs } from 'node:util';
import { WORKLOADS, type WorkloadName } from './workload/workloads';

export interface BenchOptions {
  readonly command: string;
  readonly workload: WorkloadName;
  readonly events: number;
  /** Where the consumer's CPU profile goes. */
  readonly profileDirectory: string | undefined;
}

export const BENCH_USAGE = `npm run bench -- <command> [options]

  quick        our consumer alone: events a second and CPU time per event

  --workload <name>    ${WORKLOADS.join(', ')}; uniform when not given
  --events <count>     records to publish; 200000 when not given
  --cpu-prof <folder>  write a CPU profile of the consumer there
`;

const DEFAULT_EVENTS = '200000';

/** @returns undefined when the arguments make no sense. */
export function readBenchOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      workload: { type: 'string', default: 'uniform' },
      events: { type: 'string', default: DEFAULT_EVENTS },
      'cpu-prof': { type: 'string' },
    },
  });
  const [command = 'quick', ...others] = positionals;
  const workload = WORKLOADS.find((name) => name === values.workload);
  const events = Number(values.events);
  if (others.length > 0 || workload === undefined || !Number.isSafeInteger(events) || events <= 0) return undefined;
  return { command, workload, events, profileDirectory: values['cpu-prof'] };
}
