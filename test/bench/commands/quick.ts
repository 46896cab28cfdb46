import { runOurs } from '../contenders/run-ours';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { figuresOf } from '../report/figures';
import { figureCells, FIGURE_HEADS, table, whole } from '../report/markdown';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';
import type { Section } from '../report/section';

const DEFAULT_EVENTS = 200_000;

/** Our consumer alone, once for each workload: to tune it by. */
export async function measureQuick(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<Section> {
  const { events: records = DEFAULT_EVENTS, tracePath, profileDirectory } = options;
  const rows: string[][] = [];
  for (const name of options.workloads) {
    const workload = { name, records, endsAtMs: Date.now(), tracePath };
    const published = await publish(stage, workload, `bench.quick.${name}`, progress);
    const match = { stage, workload: published, turn: `quick_${name}` };
    const turn = await takeStep(progress, `ours (${name})`, () => runOurs(match, { profileDirectory }));
    rows.push([name, ...figureCells(figuresOf(turn.window)), whole(turn.recordsPerTransaction)]);
  }
  return { title: 'Quick', text: table(['workload', ...FIGURE_HEADS, 'records a transaction'], rows) };
}
