import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../../deploy/local/repository-root';
import { withClient } from '../../support/template-database';
import { POSTGRES_SETTINGS, type Stage } from '../stage/stage';
import type { Section } from './section';

const GIGABYTE = 1_073_741_824;
/** What decides how safe a commit is; shown as the server itself says it. */
const SHOWN_SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum', 'wal_compression'];

/** What everything was measured on. */
export async function machineSection(stage: Stage): Promise<Section> {
  const [cpu] = cpus();
  const lines = [
    `- ${cpus().length} CPU cores (${cpu?.model.trim() ?? 'unknown'}), ${(totalmem() / GIGABYTE).toFixed(0)} GiB memory,`,
    `  ${process.platform} ${release()}; Kafka, Postgres and every Node process share them`,
    `- Node ${process.versions.node}, Apache Kafka ${kafkaVersion()} (one broker, KRaft), ${await postgresVersion(stage)}`,
    `- Postgres says: ${await postgresSettings(stage)}`,
    `- topics of 24 partitions, records without compression, stamped by the broker`,
  ];
  return { title: 'Machine', text: lines.join('\n') };
}

function kafkaVersion(): string {
  const pom = readFileSync(join(repositoryRoot(), 'deploy/local/kafka/pom.xml'), 'utf8');
  return /<kafka\.version>([^<]+)/.exec(pom)?.[1] ?? 'unknown';
}

async function postgresVersion({ databaseUrl }: Stage): Promise<string> {
  const { rows } = await withClient(databaseUrl, (client) =>
    client.query<{ server_version: string }>('SHOW server_version'),
  );
  return `PostgreSQL ${rows[0]?.server_version ?? 'unknown'}`;
}

async function postgresSettings({ databaseUrl }: Stage): Promise<string> {
  const names = [...SHOWN_SETTINGS, ...Object.keys(POSTGRES_SETTINGS)];
  const settings: string[] = [];
  await withClient(databaseUrl, async (client) => {
    for (const name of names) {
      const { rows } = await client.query<Record<string, string>>(`SHOW ${name}`);
      settings.push(`\`${name} = ${rows[0]?.[name] ?? ''}\``);
    }
  });
  return settings.join(', ');
}
