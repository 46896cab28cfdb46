import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBenchProcess } from '../contenders/bench-process';
import type { Stage } from '../stage/stage';
import type { Workload } from '../workload/workloads';
import { type ProducerSettings, type SentRun, sentRunsSchema } from './settings';

export interface Load {
  readonly topic: string;
  readonly eventsPerSecond: number;
  readonly workload: Workload;
}

/** Starts the producer, in a process of its own. @returns what waits for its end and tells what it has sent. */
export async function startLoad(stage: Stage, load: Load): Promise<() => Promise<SentRun[]>> {
  const sentPath = join(stage.logs, `${load.topic}.json`);
  const settings: ProducerSettings = { ...load, brokers: [...stage.brokers], sentPath };
  const producer = await startBenchProcess(stage, {
    program: 'test/bench/latency/main',
    args: [JSON.stringify(settings)],
  });
  return async () => {
    await producer.ended;
    return sentRunsSchema.parse(JSON.parse(readFileSync(sentPath, 'utf8')));
  };
}
