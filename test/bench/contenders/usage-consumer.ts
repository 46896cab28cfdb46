import { findFreePort } from '../../../deploy/local/processes/free-port';
import type { WatchedProcess } from '../../../deploy/local/processes/watched-process';
import type { Stage } from '../stage/stage';
import { startBenchProcess } from './bench-process';

export interface ConsumerTerms {
  readonly stage: Stage;
  readonly databaseUrl: string;
  readonly topic: string;
  readonly groupId: string;
  /** Where a CPU profile is written when it ends; none when absent. */
  readonly profileDirectory?: string | undefined;
}

export interface UsageConsumer {
  readonly process: WatchedProcess;
  /** What it has done so far, by its own figures. */
  transactions(): Promise<{ readonly count: number; readonly records: number }>;
}

const BATCH_FIGURE = 'floopy_usage_batch_records';

/** Starts the built consumer as it is shipped, with its settings as they come. */
export async function startUsageConsumer(terms: ConsumerTerms): Promise<UsageConsumer> {
  const { stage, databaseUrl, topic, groupId, profileDirectory } = terms;
  const port = await findFreePort();
  const process = await startBenchProcess(stage, {
    program: 'apps/usage-consumer/src/main',
    nodeOptions: profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`],
    environment: {
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: stage.brokers.join(','),
      USAGE_TOPIC: topic,
      CONSUMER_GROUP: groupId,
      PORT: String(port),
    },
  });
  return {
    process,
    async transactions() {
      const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return { count: figureOf(figures, `${BATCH_FIGURE}_count`), records: figureOf(figures, `${BATCH_FIGURE}_sum`) };
    },
  };
}

/** One figure of a Prometheus page, whatever its labels. */
function figureOf(page: string, name: string): number {
  const line = page.split('\n').find((candidate) => candidate.startsWith(name));
  return Number(line?.slice(line.lastIndexOf(' ') + 1));
}
