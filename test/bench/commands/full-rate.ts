import { runOurs } from '../contenders/run-ours';
import { figuresOf } from '../report/figures';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';

const DEFAULT_EVENTS = 300_000;

/** The events a second that one process reaches with records waiting, for a run that has not shown it yet. */
export async function measureFullRate(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<number> {
  const { events: records = DEFAULT_EVENTS, tracePath } = options;
  const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath } as const;
  const published = await publish(stage, workload, 'bench.rate', progress);
  const turn = await takeStep(progress, 'ours, at full rate', () =>
    runOurs({ stage, workload: published, turn: 'rate' }),
  );
  return figuresOf(turn.window).eventsPerSecond;
}
