import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { WORKLOADS, type WorkloadName } from './workload/workloads';

export const COMMANDS = [
  'quick',
  'throughput',
  'processes',
  'relay',
  'latency',
  'reads',
  'alerts',
  'admission',
  'storage',
  'growth',
  'all',
] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface BenchOptions {
  readonly command: CommandName;
  /** Those that were asked for, or every one. */
  readonly workloads: readonly WorkloadName[];
  /** Records to publish for a turn of our consumer; each command has its own count when it is not given. */
  readonly events: number | undefined;
  readonly rounds: number;
  /** How many times `events` go into the one ledger of `growth`. */
  readonly steps: number;
  readonly tracePath: string;
  /** Where the consumer's CPU profile goes. */
  readonly profileDirectory: string | undefined;
  /** The file whose sections are replaced by what is measured; only printed when absent. */
  readonly resultsPath: string | undefined;
}

export const BENCH_USAGE = `npm run bench -- <command> [options]

  quick        our consumer alone: events a second and CPU time per event
  throughput   ours, a stock consumer and the floor on the same events, turn by turn
  processes    one consumer process against two
  relay        the ledger relay off and on, and what it costs by itself
  latency      from an event to its balance, at half of the load that was reached
  reads        balances through the API at 500 requests a second, beside the load
  alerts       from a crossing to the call of a webhook, beside usage
  admission    admissions at 2,000 requests a second, from memory and Redis, against plainer ways
  storage      a million events: bytes per event by table and index, and the consumer's memory
  growth       a million events at a time into one ledger, to 10 million rows (long)
  all          everything but growth

  --workload <name>    ${WORKLOADS.join(', ')}; every one when not given (quick: uniform)
  --events <count>     records to publish for a turn
  --rounds <count>     turns of each contender; 3 when not given
  --steps <count>      of growth; 10 when not given
  --trace <file>       Azure's LLM inference trace of 2023 (conversations)
  --cpu-prof <folder>  write CPU profiles of our consumer there
  --results <file>     write what is measured into its section of this file
`;

const DEFAULT_TRACE = '../shared/data/azure-llm-inference-2023-conv.csv';

/** @returns undefined when the arguments make no sense. */
export function readBenchOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      workload: { type: 'string', multiple: true },
      events: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      steps: { type: 'string', default: '10' },
      trace: { type: 'string', default: join(repositoryRoot(), DEFAULT_TRACE) },
      'cpu-prof': { type: 'string' },
      results: { type: 'string' },
    },
  });
  const command = COMMANDS.find((name) => name === positionals[0]);
  const unasked = command === 'quick' ? ['uniform'] : WORKLOADS;
  const asked: readonly string[] = values.workload ?? unasked;
  const workloads = WORKLOADS.filter((name) => asked.includes(name));
  const events = values.events === undefined ? undefined : Number(values.events);
  const rounds = Number(values.rounds);
  const steps = Number(values.steps);
  const isSound =
    isCount(rounds) && isCount(steps) && (events === undefined || isCount(events)) && workloads.length > 0;
  if (command === undefined || positionals.length > 1 || !isSound) return undefined;
  return {
    command,
    workloads,
    events,
    rounds,
    steps,
    tracePath: values.trace,
    profileDirectory: values['cpu-prof'],
    resultsPath: values.results,
  };
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count > 0;
}
