import { runOurs } from '../contenders/run-ours';
import type { Turn } from '../contenders/contender';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { medianFigures } from '../report/figures';
import { figureCells, FIGURE_HEADS, table, times } from '../report/markdown';
import type { Section } from '../report/section';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';

/** Enough that two processes have shared out the partitions before the window opens. */
const DEFAULT_EVENTS = 400_000;
const PROCESSES = [1, 2] as const;

/** One consumer process against two that share the partitions, in turns. */
export async function measureProcesses(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<Section> {
  const { events: records = DEFAULT_EVENTS, tracePath, rounds } = options;
  const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath } as const;
  const published = await publish(stage, workload, 'bench.processes', progress);
  const turns = new Map<number, Turn[]>(PROCESSES.map((processes) => [processes, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const processes of PROCESSES) {
      const match = { stage, workload: published, turn: `processes_${processes}_${round}` };
      const what = `ours with ${processes} process(es) (${round} of ${rounds})`;
      turns.get(processes)?.push(await takeStep(progress, what, () => runOurs(match, { processes })));
    }
  }
  const [one, two] = PROCESSES.map((processes) => medianFigures(windowsOf(turns.get(processes) ?? [])));
  if (one === undefined || two === undefined) throw new Error('nothing was measured');
  const text = [
    table(
      ['processes', ...FIGURE_HEADS],
      [
        ['1', ...figureCells(one)],
        ['2', ...figureCells(two)],
      ],
    ),
    '',
    `Two against one: ${times(two.eventsPerSecond / one.eventsPerSecond)} events/s. On a machine with two cores both`,
    'share them with Postgres and Kafka, so this shows that the partitions are shared out, not what a second machine adds.',
  ];
  return { title: 'Two processes', text: text.join('\n') };
}

function windowsOf(turns: readonly Turn[]): Turn['window'][] {
  return turns.map(({ window }) => window);
}
