import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { javaCommand } from '../../deploy/local/kafka/java';
import { provideKafkaJars } from '../../deploy/local/kafka/kafka-jars';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { testServers } from './servers';

const TIMEOUT_MS = 60_000;

/** How Kafka's own client sends: with one of its codecs, or in a transaction that it commits or aborts. */
export type JavaMode = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd' | 'commit' | 'abort';

/** Sends `count` records with Kafka's own producer; `%d` in the body stands for each record's number. */
export async function produceWithJava(topic: string, mode: JavaMode, count: number, body: object): Promise<void> {
  const { cacheDirectory, javaHome } = readLocalEnvironment();
  const jars = await provideKafkaJars(cacheDirectory, () => undefined);
  const program = join(repositoryRoot(), 'test/support/java/ProduceUsage.java');
  const brokers = testServers().kafkaBrokers.join(',');
  await promisify(execFile)(
    javaCommand(javaHome),
    ['-cp', join(jars, '*'), program, brokers, topic, mode, String(count), JSON.stringify(body)],
    { timeout: TIMEOUT_MS },
  );
}
