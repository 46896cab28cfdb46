import { consumeInto } from '../contenders/run-ours';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { type Figures, figuresOf } from '../report/figures';
import { figureCells, FIGURE_HEADS, percent, table } from '../report/markdown';
import type { Section } from '../report/section';
import { type BenchDatabase, createDatabase } from '../stage/database';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';
import { deleteTopic } from '../stage/topic';

const DEFAULT_EVENTS = 1_000_000;
const GROWTH_LIMIT_PERCENT = 15;
/** Rows after which the limit is asked for. */
const LIMIT_AT_STEP = 10;
const GIBIBYTE = 1_073_741_824;

interface GrowthStep {
  readonly figures: Figures;
  /** The whole database after the step, as it stands: nothing is cleaned up but by autovacuum. */
  readonly bytes: number;
  /** Of all updates since the ledger was made, those that needed no new index entry. */
  readonly heapOnlyShare: number;
}

/** Millions of events into one ledger, one topic after the other: what an event costs as the ledger grows. */
export async function measureGrowth(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<Section> {
  const { events: records = DEFAULT_EVENTS, tracePath } = options;
  const database = await createDatabase(stage.databaseUrl, 'growth');
  const steps: GrowthStep[] = [];
  try {
    for (let series = 0; series < options.steps; series += 1) {
      const topic = `bench.growth.${series}`;
      const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath, series } as const;
      const published = await publish(stage, workload, topic, progress);
      const step = await takeStep(progress, `ours (from ${series * records} rows)`, async (note) => {
        const { window } = await consumeInto(database, stage, published);
        const taken = { figures: figuresOf(window), ...(await lookAtStorage(database)) };
        note(stepCells(taken, (series + 1) * records).join(' · '));
        return taken;
      });
      steps.push(step);
      await deleteTopic(stage.brokers, topic);
    }
  } finally {
    await database.drop();
  }
  return growthSection(steps, records);
}

async function lookAtStorage({ pool }: BenchDatabase): Promise<Pick<GrowthStep, 'bytes' | 'heapOnlyShare'>> {
  const { rows } = await pool.query<Pick<GrowthStep, 'bytes' | 'heapOnlyShare'>>(`
    SELECT pg_database_size(current_database())::float8 AS bytes,
           coalesce(sum(n_tup_hot_upd) / nullif(sum(n_tup_upd), 0), 0)::float8 AS "heapOnlyShare"
      FROM pg_stat_user_tables`);
  return rows[0] ?? { bytes: Number.NaN, heapOnlyShare: Number.NaN };
}

function stepCells({ figures, bytes, heapOnlyShare }: GrowthStep, rows: number): string[] {
  return [...figureCells(figures), (bytes / GIBIBYTE).toFixed(2), (bytes / rows).toFixed(0), percent(heapOnlyShare)];
}

function growthSection(steps: readonly GrowthStep[], records: number): Section {
  const rows = steps.map((step, index) => [
    `${(index * records).toLocaleString('en')} to ${((index + 1) * records).toLocaleString('en')}`,
    ...stepCells(step, (index + 1) * records),
  ]);
  const text = [
    'Events through Kafka and the consumer into one ledger of 1,000 organizations; the last three quarters of each step',
    'are measured. GiB and bytes per event are of the whole database as it stands after the step, without a VACUUM but',
    "autovacuum's; the last column is the share of updates that touched no index.",
    '',
    table(['ledger rows', ...FIGURE_HEADS, 'GiB', 'bytes per event', 'heap-only'], rows),
    '',
    ...[LIMIT_AT_STEP, steps.length].filter(isFirstMention).flatMap((count) => growthUntil(steps, count)),
  ];
  return { title: 'Growth', text: text.join('\n') };
}

function isFirstMention(count: number, index: number, all: readonly number[]): boolean {
  return all.indexOf(count) === index;
}

function growthUntil(steps: readonly GrowthStep[], count: number): string[] {
  const [early, late] = [steps[1], steps[count - 1]];
  if (early === undefined || late === undefined) return [];
  const growth = (late.figures.cpu / early.figures.cpu - 1) * 100;
  return [
    `CPU time per event from step 2 to step ${count}: ${growth.toFixed(1)} % more (limit ${GROWTH_LIMIT_PERCENT} %).`,
  ];
}
