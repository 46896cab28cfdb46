import { createKafka, WaitingRecordsFinder } from '@floopy/kafka';
import { type Queries, readPartitionProgress } from '@floopy/postgres';
import { kafkaConnectionOf, type Log, type Metrics, pause, type Shutdown, systemClock } from '@floopy/runtime';
import type { ApiConfig } from '../config';
import { LagMonitor } from './lag-monitor';

export interface MonitorParts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly queries: Queries;
}

/** So long a start waits for Kafka, so that the first reads know their lag. */
const FIRST_OBSERVATION_MS = 3_000;

/** Begins to observe the lag. Kafka may be away: reads are served all the same, and readiness says so. */
export async function openLagMonitor(
  config: ApiConfig,
  { log, metrics, queries }: MonitorParts,
  shutdown: Pick<Shutdown, 'add' | 'signal'>,
): Promise<LagMonitor> {
  const kafka = createKafka({
    ...kafkaConnectionOf(config),
    clientId: 'api',
    // Every second is a new attempt.
    retries: 1,
    onLog: ({ message, detail }) => log.debug({ kafka: detail, message }, 'kafka_client'),
  });
  const admin = kafka.admin();
  const topic = config.USAGE_TOPIC;
  const monitor = new LagMonitor(
    {
      finder: new WaitingRecordsFinder(admin, topic),
      readProgress: () => readPartitionProgress(queries, topic),
      clock: systemClock,
    },
    { stallMs: config.STALL_SECONDS * 1_000, log, metrics },
  );
  shutdown.add('lag-monitor', () => admin.disconnect());
  await Promise.race([monitor.observe(shutdown.signal), pause(FIRST_OBSERVATION_MS, shutdown.signal)]);
  void monitor.run(shutdown.signal);
  return monitor;
}
