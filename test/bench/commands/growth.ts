import { consumeInto } from '../contenders/run-ours';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { type Figures, figuresOf } from '../report/figures';
import { figureCells, FIGURE_HEADS, table } from '../report/markdown';
import type { Section } from '../report/section';
import { createDatabase } from '../stage/database';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';
import { deleteTopic } from '../stage/topic';

const DEFAULT_EVENTS = 1_000_000;
const STEPS = 10;
const GROWTH_LIMIT_PERCENT = 15;

/** Ten million events into one ledger, a million at a time: what an event costs as the ledger grows. */
export async function measureGrowth(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<Section> {
  const { events: records = DEFAULT_EVENTS, tracePath } = options;
  const database = await createDatabase(stage.databaseUrl, 'growth');
  const steps: Figures[] = [];
  try {
    for (let series = 0; series < STEPS; series += 1) {
      const topic = `bench.growth.${series}`;
      const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath, series } as const;
      const published = await publish(stage, workload, topic, progress);
      const turn = await takeStep(progress, `ours (from ${series * records} rows)`, () =>
        consumeInto(database, stage, published),
      );
      steps.push(figuresOf(turn.window));
      await deleteTopic(stage.brokers, topic);
    }
  } finally {
    await database.drop();
  }
  return growthSection(steps, records);
}

function growthSection(steps: readonly Figures[], records: number): Section {
  const rows = steps.map((figures, index) => [
    `${(index * records).toLocaleString('en')} to ${((index + 1) * records).toLocaleString('en')}`,
    ...figureCells(figures),
  ]);
  const [early, late] = [steps[1], steps.at(-1)];
  const growth = early === undefined || late === undefined ? Number.NaN : (late.cpu / early.cpu - 1) * 100;
  const text = [
    'Events through Kafka and the consumer into one ledger of 1,000 organizations; the last three quarters of each step',
    'are measured.',
    '',
    table(['ledger rows', ...FIGURE_HEADS], rows),
    '',
    `CPU time per event from the second step to the last: ${growth.toFixed(1)} % more (limit ${GROWTH_LIMIT_PERCENT} %).`,
  ];
  return { title: 'Growth', text: text.join('\n') };
}
