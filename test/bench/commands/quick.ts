import { passedRecords, startUsageConsumer } from '../contenders/usage-consumer';
import { measureWindow, type Window } from '../measure/window';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { createDatabase } from '../stage/database';
import { openStage, type Stage } from '../stage/stage';
import { createUsageTopic } from '../stage/topic';
import { publishWorkload } from '../workload/publish-workload';
import { eventsOf } from '../workload/workloads';

const WARM_UP_SHARE = 0.25;
const TOPIC = 'bench.quick';

/** Measures our consumer alone, to tune it by. @returns the figures as one line. */
export async function runQuick(options: BenchOptions, progress: BenchProgress): Promise<string> {
  const stage = await takeStep(progress, 'starting Kafka and Postgres', openStage);
  try {
    await takeStep(progress, `publishing ${options.events} records`, async () => {
      await createUsageTopic(stage.brokers, TOPIC);
      await publishWorkload(stage.brokers, TOPIC, eventsOf(options.workload, options.events, Date.now()));
    });
    const window = await takeStep(progress, 'consuming', () => measureConsumer(stage, options));
    return describeWindow(window);
  } finally {
    await stage.close();
  }
}

async function measureConsumer(stage: Stage, options: BenchOptions): Promise<Window> {
  const database = await createDatabase(stage.databaseUrl, 'bench_quick');
  const { profileDirectory } = options;
  const consumer = await startUsageConsumer({
    stage,
    databaseUrl: database.url,
    topic: TOPIC,
    ...(profileDirectory === undefined ? {} : { profileDirectory }),
  });
  try {
    return await measureWindow({
      passed: () => passedRecords(database, TOPIC),
      workers: { nodePids: [consumer.identity.pid], postgresPid: stage.postgresPid, kafkaPid: stage.kafkaPid },
      from: options.events * WARM_UP_SHARE,
      until: options.events,
    });
  } finally {
    await consumer.stop();
    await database.drop();
  }
}

function describeWindow({ events, seconds, cpu }: Window): string {
  const each = (time: number): string => (time / events).toFixed(1);
  const total = cpu.node + cpu.postgres + cpu.kafka;
  const parts = `Node ${each(cpu.node)}, Postgres ${each(cpu.postgres)}, Kafka ${each(cpu.kafka)}`;
  return `${Math.round(events / seconds)} events/s, ${each(total)} µs CPU per event (${parts}), over ${events} events`;
}
