import { TOPICS } from '@floopy/contracts';
import { createKafka, PartitionReader } from '@floopy/kafka';
import { createIngestStore, createPool, INGEST_SETTINGS, PriceBookMemory } from '@floopy/postgres';
import {
  createMetrics,
  HealthChecks,
  kafkaConnectionOf,
  type Log,
  nestLogger,
  serveHealth,
  sha256,
  type Shutdown,
  systemClock,
} from '@floopy/runtime';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { UsageConsumerConfig } from './config';
import { UsageConsumerModule } from './usage-consumer.module';
import { IngestObserver } from './usage/ingest-observer';
import { partitionClaims } from './usage/partition-claims';
import { RethrowFilter } from './usage/rethrow.filter';
import { UsageBatchServer } from './usage/usage-batch-server';

export const APP = 'usage-consumer';

/** Opens what the consumer needs and begins to read; every part is named to `shutdown`. */
export async function startUsageConsumer(
  config: UsageConsumerConfig,
  log: Log,
  shutdown: Pick<Shutdown, 'add'>,
): Promise<{ readonly healthUrl: string }> {
  const metrics = createMetrics(APP);
  const pool = createPool({
    url: config.DATABASE_URL,
    role: 'floopy_writer',
    applicationName: APP,
    maxConnections: config.TRANSACTIONS_AT_ONCE + 1,
    settings: INGEST_SETTINGS,
    pipeline: true,
    onIdleError: (error) => log.warn({ error }, 'postgres_connection_lost'),
  });
  shutdown.add('postgres', () => pool.end());

  const observer = new IngestObserver(log, metrics);
  const checks = new HealthChecks();
  checks.add('ingest', () => observer.health());
  const health = await serveHealth({ host: config.HOST, port: config.PORT, checks, metrics });
  shutdown.add('health', () => health.close());

  const kafka = createKafka({
    ...kafkaConnectionOf(config),
    clientId: APP,
    // It repeats every failed attempt; what is failing is said once, by the reader.
    onLog: ({ message, detail }) => log.debug({ kafka: detail, message }, 'kafka_client'),
  });
  const reader = new PartitionReader(kafka, partitionClaims(pool, sha256), observer, {
    topic: config.USAGE_TOPIC,
    groupId: config.CONSUMER_GROUP,
    transactionsAtOnce: config.TRANSACTIONS_AT_ONCE,
    maxBatchRecords: config.MAX_BATCH_RECORDS,
  });
  const store = createIngestStore(pool, new PriceBookMemory(), sha256);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    UsageConsumerModule.over({ store, clock: systemClock, sha256 }, observer),
    { strategy: new UsageBatchServer(reader, TOPICS.usageRecorded.name), logger: await nestLogger(log) },
  );
  app.useGlobalFilters(new RethrowFilter());
  shutdown.add('consumer', () => app.close());
  await app.listen();
  return { healthUrl: health.url };
}
