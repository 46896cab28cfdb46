/** Kafka and Postgres in Docker, for machines that have an engine but no Java. Loaded only when chosen: it is large. */

interface StartedContainer<Address> {
  readonly address: Address;
  stop(): Promise<void>;
}

const KAFKA_IMAGE = 'confluentinc/cp-kafka:8.1.0';
const KAFKA_PORT = 9093;
const POSTGRES_IMAGE = 'postgres:18-alpine';

export async function startKafkaContainer(): Promise<StartedContainer<string[]>> {
  const { KafkaContainer } = await import('@testcontainers/kafka');
  const container = await new KafkaContainer(KAFKA_IMAGE)
    .withKraft()
    .withEnvironment({ KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false', KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0' })
    .start();
  const address = [`${container.getHost()}:${container.getMappedPort(KAFKA_PORT)}`];
  return { address, stop: async () => void (await container.stop()) };
}

export async function startPostgresContainer(): Promise<StartedContainer<string>> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer(POSTGRES_IMAGE)
    .withDatabase('postgres')
    .withUsername('postgres')
    .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'fsync=off'])
    .start();
  return { address: container.getConnectionUri(), stop: async () => void (await container.stop()) };
}
