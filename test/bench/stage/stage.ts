import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedKafka } from '../../../deploy/local/embedded-kafka';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../../deploy/local/embedded-postgres';
import { temporaryDirectory } from '../../support/temporary-directory';
import { createTemplate } from './database';

/** The broker and the database that every contender of a run shares. */
export interface Stage {
  readonly brokers: readonly string[];
  /** A superuser's, on the maintenance database. */
  readonly databaseUrl: string;
  readonly kafkaPid: number;
  readonly postgresPid: number;
  /** Where processes of a run write their logs. */
  readonly logs: string;
  close(): Promise<void>;
}

/**
 * Everything that says how safe a commit is stays at Postgres' default: fsync on, synchronous_commit on, full-page
 * writes on. Only memory and the distance of checkpoints are what an administrator of a small machine would set.
 */
export const POSTGRES_SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB' } as const;

/** Starts a real Kafka and a real, durable Postgres, with the schema migrated and organizations and rates seeded. */
export async function openStage(note: (step: string) => void): Promise<Stage> {
  const home = temporaryDirectory();
  const logs = join(home.path, 'logs');
  mkdirSync(logs);
  const [kafka, postgres] = await Promise.all([
    startEmbeddedKafka({ directory: join(home.path, 'kafka'), onProgress: note }),
    startEmbeddedPostgres({
      directory: join(home.path, 'postgres'),
      durable: true,
      settings: POSTGRES_SETTINGS,
      onProgress: note,
    }),
  ]);
  note('seeding');
  await createTemplate(postgres.url);
  return {
    brokers: kafka.brokers,
    databaseUrl: postgres.url,
    kafkaPid: kafka.pids()[0] ?? 0,
    postgresPid: postgres.pid(),
    logs,
    async close() {
      await Promise.all([kafka.discard(), postgres.kill()]);
      removeEmbeddedPostgres(join(home.path, 'postgres'));
      home.remove();
    },
  };
}
