import { TOPICS } from '@floopy/contracts';
import { createPool, migrate } from '@floopy/postgres';
import { Kafka, logLevel } from 'kafkajs';
import { join } from 'node:path';
import { type EmbeddedKafka, type EmbeddedKafkaOptions, startEmbeddedKafka } from '../../deploy/local/embedded-kafka';
import {
  type EmbeddedPostgres,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../deploy/local/embedded-postgres';
import { seedOrganizations } from '../support/seeded-database';
import { temporaryDirectory } from '../support/temporary-directory';
import { createTopic } from '../support/test-topic';

/** A broker and a durable database of a drill's own, which it may kill, with organizations, rates and a topic. */
export interface DrillGround {
  readonly kafka: EmbeddedKafka;
  readonly postgres: EmbeddedPostgres;
  readonly databaseUrl: string;
  readonly topic: string;
  readonly organizations: readonly string[];
  readonly directory: string;
  close(): Promise<void>;
}

const ORGANIZATIONS = 50;

/** How the brokers are made up: one, by its own port and not only quick to start, when nothing is said. */
export type GroundOptions = Pick<EmbeddedKafkaOptions, 'clusterSize' | 'quickStart' | 'port' | 'advertisedPort'>;

export async function openDrillGround(note: (step: string) => void, options: GroundOptions = {}): Promise<DrillGround> {
  const home = temporaryDirectory();
  const postgresDirectory = join(home.path, 'postgres');
  const [kafka, postgres] = await Promise.all([
    startEmbeddedKafka({ directory: join(home.path, 'kafka'), onProgress: note, ...options }),
    startEmbeddedPostgres({ directory: postgresDirectory, durable: true, onProgress: note }),
  ]);
  const organizations = Array.from({ length: ORGANIZATIONS }, (_, number) => `org_drill_${number}`);
  await migrate(postgres.url);
  await seed(postgres.url, organizations);
  const { name, partitions, config } = TOPICS.usageRecorded;
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await createTopic(admin, name, { partitions, settings: config });
  await admin.disconnect();
  return {
    kafka,
    postgres,
    organizations,
    topic: name,
    databaseUrl: postgres.url,
    directory: join(home.path, 'logs'),
    async close() {
      await Promise.all([kafka.discard(), postgres.stop()]);
      removeEmbeddedPostgres(postgresDirectory);
      home.remove();
    },
  };
}

async function seed(databaseUrl: string, organizations: readonly string[]): Promise<void> {
  const pool = createPool({ url: databaseUrl, applicationName: 'drill', maxConnections: 1 });
  await seedOrganizations(pool, organizations);
  await pool.end();
}
