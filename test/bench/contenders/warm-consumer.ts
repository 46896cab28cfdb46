import { setTimeout as pause } from 'node:timers/promises';
import { type BenchDatabase, passedRecords } from '../stage/database';
import { publishWorkload } from '../workload/publish-workload';
import { eventsOf } from '../workload/workloads';
import { type ConsumerTerms, startUsageConsumer, type UsageConsumer } from './usage-consumer';

/** By then everything is compiled as well as it will be, and most labels are known. */
export const WARM_UP_EVENTS = 200_000;
/** Others have the first one, so that nothing here is a duplicate of theirs. */
const SERIES = 99;
const POLL_MS = 100;
const PATIENCE_MS = 180_000;

export interface WarmConsumerTerms extends Omit<ConsumerTerms, 'databaseUrl'> {
  readonly database: BenchDatabase;
  readonly tracePath: string;
}

/** Starts the built consumer and has it apply what waits on its topic: what follows meets it as one that has run for a while. */
export async function startWarmConsumer({ database, tracePath, ...terms }: WarmConsumerTerms): Promise<UsageConsumer> {
  const workload = {
    name: 'uniform',
    records: WARM_UP_EVENTS,
    endsAtMs: Date.now(),
    tracePath,
    series: SERIES,
  } as const;
  await publishWorkload(terms.stage.brokers, terms.topic, eventsOf(workload));
  const consumer = await startUsageConsumer({ ...terms, databaseUrl: database.url });
  const deadline = performance.now() + PATIENCE_MS;
  while ((await passedRecords(database, terms.topic)) < WARM_UP_EVENTS) {
    if (performance.now() > deadline) {
      await consumer.process.stop();
      throw new Error(`the consumer has not applied ${WARM_UP_EVENTS} records in time`);
    }
    await pause(POLL_MS);
  }
  return consumer;
}
