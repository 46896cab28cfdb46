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
  report: (section: Section) => void,
): Promise<Comparison[]> {
  const { events: records = DEFAULT_EVENTS, tracePath } = options;
  const comparisons: Comparison[] = [];
  for (const name of options.workloads) {
    const workload = { name, records, endsAtMs: Date.now(), tracePath };
    const published = await publish(stage, workload, `bench.${name}`, progress);
    const comparison = await compareOn(stage, published, options.rounds, progress);
    comparisons.push(comparison);
    report(throughputSection(comparison, comparisons[0] ?? comparison, options));
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

/** @param first what was compared first in this run, the uniform workload unless it was not asked for. */
function throughputSection(comparison: Comparison, first: Comparison, { rounds }: BenchOptions): Section {
  const { workload, ours, stock, floor, recordsPerTransaction } = comparison;
  const rows = [
    ['ours', ...figureCells(ours), whole(recordsPerTransaction)],
    ['stock', ...figureCells(stock), '1'],
    ['floor', ...figureCells(floor), whole(recordsPerTransaction)],
  ];
  const ratios = [
    `- against stock: ${times(ours.eventsPerSecond / stock.eventsPerSecond)} the events/s, ` +
      `${times(stock.cpu / ours.cpu)} less CPU time per event`,
    `- against the floor: ${percent(ours.eventsPerSecond / floor.eventsPerSecond)} of its events/s, ` +
      `${times(ours.cpu / floor.cpu)} its CPU time per event`,
  ];
  if (first !== comparison) {
    const ratio = times(ours.eventsPerSecond / first.ours.eventsPerSecond);
    ratios.push(`- against ours on the ${first.workload} workload of this run: ${ratio} the events/s`);
  }
  const text = [
    `${capitalized(WORKLOAD_DESCRIPTIONS[workload])}. Medians of ${rounds} round(s) of ours, floor and stock in turn, each on`,
    'a fresh copy of the same database, on the same records of the same topic. CPU time is user and system time of the',
    'Node process, of the broker, and of every process of Postgres, those included that have ended; `others` is the share',
    'of the machine that was at work for somebody else meanwhile, who is not counted but takes time and caches.',
    '',
    table(['contender', ...FIGURE_HEADS, 'records a transaction'], rows),
    '',
    ...ratios,
  ];
  return { title: `Throughput, ${workload}`, text: text.join('\n') };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
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
