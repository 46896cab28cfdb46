import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../deploy/local/repository-root';
import type { ContenderName, Match, PublishedWorkload, Turn } from '../contenders/contender';
import { runFloor } from '../contenders/run-floor';
import { runOurs } from '../contenders/run-ours';
import { runStock } from '../contenders/run-stock';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { type Figures, median, medianFigures } from '../report/figures';
import { figureCells, FIGURE_HEADS, percent, table, times, whole } from '../report/markdown';
import type { Section } from '../report/section';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';
import { WORKLOAD_DESCRIPTIONS, type WorkloadName } from '../workload/workloads';

const DEFAULT_EVENTS = 300_000;

type Turns = Record<ContenderName, Turn[]>;

export interface Comparison {
  readonly workload: WorkloadName;
  readonly ours: Figures;
  readonly stock: Figures;
  readonly floor: Figures;
  readonly recordsPerTransaction: number;
}

/** All three on the same events, in turns: what slows the machine down for a while slows down all of them. */
export async function compareContenders(
  stage: Stage,
  options: BenchOptions,
  progress: BenchProgress,
): Promise<Comparison[]> {
  const { events: records = DEFAULT_EVENTS, tracePath } = options;
  const comparisons: Comparison[] = [];
  for (const name of options.workloads) {
    const workload = { name, records, endsAtMs: Date.now(), tracePath };
    const published = await publish(stage, workload, `bench.${name}`, progress);
    comparisons.push(await compareOn(stage, published, options.rounds, progress));
  }
  return comparisons;
}

async function compareOn(
  stage: Stage,
  workload: PublishedWorkload,
  rounds: number,
  progress: BenchProgress,
): Promise<Comparison> {
  const turns: Turns = { ours: [], stock: [], floor: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const match: Match = { stage, workload, turn: `${workload.name}_${round}` };
    const step = (what: ContenderName): string => `${what} (${workload.name}, ${round} of ${rounds})`;
    const ours = await takeStep(progress, step('ours'), () => runOurs(match));
    turns.ours.push(ours);
    turns.floor.push(await takeStep(progress, step('floor'), () => runFloor(match, ours.recordsPerTransaction)));
    turns.stock.push(await takeStep(progress, step('stock'), () => runStock(match)));
  }
  const figures = (of: ContenderName): Figures => medianFigures(turns[of].map(({ window }) => window));
  return {
    workload: workload.name,
    ours: figures('ours'),
    stock: figures('stock'),
    floor: figures('floor'),
    recordsPerTransaction: median(turns.ours.map((turn) => turn.recordsPerTransaction)),
  };
}

export function throughputSection(comparisons: readonly Comparison[], options: BenchOptions): Section {
  const rows = comparisons.flatMap(({ workload, ours, stock, floor, recordsPerTransaction }) => [
    [workload, 'ours', ...figureCells(ours), whole(recordsPerTransaction)],
    ['', 'stock', ...figureCells(stock), '1'],
    ['', 'floor', ...figureCells(floor), whole(recordsPerTransaction)],
  ]);
  const [uniform] = comparisons;
  const ratios = comparisons.map(({ workload, ours, stock, floor }) => [
    workload,
    times(ours.eventsPerSecond / stock.eventsPerSecond),
    times(stock.cpu / ours.cpu),
    percent(ours.eventsPerSecond / floor.eventsPerSecond),
    percent(floor.cpu / ours.cpu),
    uniform === undefined ? '' : times(ours.eventsPerSecond / uniform.ours.eventsPerSecond),
  ]);
  const text = [
    `Medians of ${options.rounds} rounds of ours, floor and stock in turn, each on a fresh copy of the same database,`,
    'on the same records of the same topic. CPU time is user and system time of the Node process, of the broker, and of',
    'every process of Postgres, those included that have ended; `others` is the share of the machine that was at work for',
    'somebody else meanwhile, who is not counted but takes time and caches.',
    '',
    ...comparisons.map(({ workload }) => `- ${workload}: ${WORKLOAD_DESCRIPTIONS[workload]}`),
    '',
    table(['workload', 'contender', ...FIGURE_HEADS, 'records a transaction'], rows),
    '',
    table(
      [
        'ours against',
        'stock, events/s',
        'stock, CPU per event',
        'floor, events/s',
        'floor, CPU per event',
        `${uniform?.workload ?? ''}, events/s`,
      ],
      ratios,
    ),
  ];
  return { title: 'Throughput', text: text.join('\n') };
}

const STOCK_FILES = ['usage.controller.ts', 'usage.service.ts', 'main.ts'];

/** The stock consumer as it was measured, so that a reader can judge whether it is a fair one. */
export function stockSourceSection(): Section {
  const folder = join(repositoryRoot(), 'test/bench/stock');
  const listings = STOCK_FILES.map(
    (file) => `\`test/bench/stock/${file}\`\n\n\`\`\`ts\n${readFileSync(join(folder, file), 'utf8')}\`\`\``,
  );
  const text = `It prices and chains with the product's own rules; what differs is how events come and how rows are written.`;
  return { title: 'Source of the stock consumer', text: [text, ...listings].join('\n\n') };
}
