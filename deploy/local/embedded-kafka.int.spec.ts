import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { temporaryDirectory, type TemporaryDirectory } from '../../test/support/temporary-directory';
import { createTopic } from '../../test/support/test-topic';
import { startEmbeddedKafka, type EmbeddedKafka } from './embedded-kafka';
import { readProcessFile } from './processes/process-file';
import { isRunning } from './processes/process-identity';

const PATIENCE_MS = 180_000;
const TOPIC = 'kept';

let home: TemporaryDirectory;
let kafka: EmbeddedKafka | undefined;
beforeEach(() => {
  home = temporaryDirectory();
});
afterEach(async () => {
  await kafka?.discard();
  kafka = undefined;
  home.remove();
});

describe('the embedded Kafka', () => {
  it(
    'keeps what was written over a kill -9 and over a stop, at the same address, and is alone in its directory',
    async () => {
      kafka = await start(1);
      const { brokers } = kafka;
      await createKeptTopic(brokers, 1);
      await publish(brokers, 'before the kill');
      await kafka.kill();
      expect(kafka.pids()).toEqual([]);
      await kafka.restart();
      await publish(brokers, 'after the kill');
      await expect(start(1)).rejects.toThrow(/in use by process/);

      await kafka.stop();
      kafka = await start(1);
      expect(kafka.brokers).toEqual(brokers);
      expect(await countRecords(brokers)).toBe(2);
    },
    PATIENCE_MS,
  );

  it(
    'formats its directory again when the first start was killed half way, and tells of an end that nobody asked for',
    async () => {
      kafka = await start(1);
      await kafka.stop();
      rmSync(join(home.path, 'kafka/broker-1/logs/meta.properties'));
      kafka = await start(1);
      const broker = readProcessFile(join(home.path, 'kafka/broker-1/broker.pid.json'));
      process.kill(kafka.pids()[0] ?? 0, 'SIGKILL');
      expect(await kafka.unexpectedEnd).toBe(0);
      expect(broker !== undefined && isRunning(broker)).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'is a real cluster with three brokers: it takes writes while one is dead, and takes that one back',
    async () => {
      kafka = await start(3);
      const { brokers } = kafka;
      await createKeptTopic(brokers, 3);
      await publish(brokers, 'to three');
      await kafka.kill(1);
      expect(kafka.pids()).toHaveLength(2);
      await publish(brokers, 'to two');
      expect(await countRecords(brokers)).toBe(2);
      await kafka.restart(1);
      expect(kafka.pids()).toHaveLength(3);
      await untilInSync(brokers, 3);
    },
    PATIENCE_MS,
  );
});

function start(clusterSize: 1 | 3): Promise<EmbeddedKafka> {
  return startEmbeddedKafka({ directory: join(home.path, 'kafka'), clusterSize, quickStart: true });
}

function client(brokers: readonly string[]): Kafka {
  return new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 20 } });
}

async function createKeptTopic(brokers: readonly string[], copies: number): Promise<void> {
  const admin = client(brokers).admin();
  await admin.connect();
  await createTopic(admin, TOPIC, { copies });
  await admin.disconnect();
}

async function publish(brokers: readonly string[], value: string): Promise<void> {
  const producer = client(brokers).producer();
  await producer.connect();
  await producer.send({ topic: TOPIC, acks: -1, messages: [{ value }] });
  await producer.disconnect();
}

async function countRecords(brokers: readonly string[]): Promise<number> {
  const admin = client(brokers).admin();
  await admin.connect();
  const [offsets] = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  return Number(offsets?.high) - Number(offsets?.low);
}

async function untilInSync(brokers: readonly string[], replicas: number): Promise<void> {
  const admin = client(brokers).admin();
  await admin.connect();
  let inSync = 0;
  while (inSync < replicas) {
    const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
    inSync = topics[0]?.partitions[0]?.isr.length ?? 0;
  }
  await admin.disconnect();
  expect(inSync).toBe(replicas);
}
