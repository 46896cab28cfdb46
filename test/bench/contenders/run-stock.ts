import { TOPICS } from '@floopy/contracts';
import { measureWindow, workersOf } from '../measure/window';
import { claimEveryPartition, createDatabase, internEveryLabel, passedRecords } from '../stage/database';
import { startBenchProcess } from './bench-process';
import type { Match, Turn } from './contender';

/** It is hundreds of times slower to wait for, so it gets the first records of the same topic only. */
const WARM_UP_RECORDS = 1_000;
const MEASURED_RECORDS = 4_000;
/** As many as the product's consumer has; one more message at once than that handles partitions. */
const CONNECTIONS = 3;

/** (a) Nest's own Kafka transport and a TypeORM transaction for each event, on the same topic and schema. */
export async function runStock({ stage, workload, turn }: Match): Promise<Turn> {
  const { topic, records } = workload;
  const database = await createDatabase(stage.databaseUrl, `stock_${turn}`);
  await claimEveryPartition(database, topic, TOPICS.usageRecorded.partitions);
  // It is measured on its first records only, and should not pay for every name of a thousand organizations in them.
  await internEveryLabel(database);
  const settings = {
    databaseUrl: database.url,
    brokers: stage.brokers,
    topic,
    groupId: `stock.${turn}`,
    connections: CONNECTIONS,
  };
  const consumer = await startBenchProcess(stage, {
    program: 'test/bench/stock/main',
    args: [JSON.stringify(settings)],
  });
  try {
    const window = await measureWindow({
      passed: () => passedRecords(database, topic),
      workers: workersOf(stage, [consumer.identity.pid]),
      from: WARM_UP_RECORDS,
      until: Math.min(WARM_UP_RECORDS + MEASURED_RECORDS, records),
    });
    return { window, recordsPerTransaction: 1 };
  } finally {
    await consumer.kill();
    await database.drop();
  }
}
