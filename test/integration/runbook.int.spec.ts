import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKafka } from '@floopy/kafka';
import { claimPartition, haltPartition, queriesOf } from '@floopy/postgres';
import { createLedger } from '../../apps/operator/test/a-ledger';
import { operate } from '../../apps/operator/test/operate';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { openUsageFeed } from '../support/applied-usage';
import type { SeededDatabase } from '../support/seeded-database';
import { testServers } from '../support/servers';
import { createTestTopic } from '../support/test-topic';
import { aPlainUsage } from '../support/usage-records';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory';

const OPERATOR = 'npm run operator -- ';
const WRONG_USAGE = 2;
const NOT_REACHABLE = 3;

const runbook = readFileSync(join(repositoryRoot(), 'deploy/RUNBOOK.md'), 'utf8');
/** What stands between backticks, once each, in the order of the page. */
const spans = [...new Set([...runbook.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replaceAll(/\s+/g, ' ')))];

function sourcesOf(folder: string): string {
  return readdirSync(join(repositoryRoot(), folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(repositoryRoot(), folder, file), 'utf8'))
    .join('\n');
}

/** The partition that is halted in the way that a command is for. */
function partitionFor(command: string): string {
  if (command.includes('--gone')) return '0';
  return command.includes('--anew') ? '1' : '2';
}

/** Three partitions that are read no further: two records of the first are gone. @returns their topic */
async function haltPartitions({ pool }: SeededDatabase): Promise<string> {
  const topic = await createTestTopic('halted', { partitions: 3 });
  const kafka = createKafka({ brokers: testServers().kafkaBrokers, clientId: 'runbook-test' });
  const [producer, admin] = [kafka.producer(), kafka.admin()];
  await Promise.all([producer.connect(), admin.connect()]);
  await producer.send({ topic, messages: [1, 2, 3].map(() => ({ partition: 0, value: 'a record' })) });
  await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
  await Promise.all([producer.disconnect(), admin.disconnect()]);
  for (const partition of [0, 1, 2]) {
    const { epoch } = await claimPartition(queriesOf(pool), topic, partition, 0);
    await haltPartition(queriesOf(pool), { topic, partition, epoch, reason: 'a test' });
  }
  return topic;
}

describe('deploy/RUNBOOK.md', () => {
  let database: SeededDatabase;
  let directory: TemporaryDirectory;
  let commands: readonly string[];
  let letterId: string;
  let conflictId: string;
  let planId: string;
  let haltedTopic: string;

  beforeAll(async () => {
    database = await createLedger();
    // Another event under the id of one that was applied.
    await (await openUsageFeed(database.pool)).apply([aPlainUsage({ body: { request_id: 'req_other' } })]);
    directory = temporaryDirectory();
    const { out } = await operator('--help');
    const names = [...out.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
    const written = spans.map((span) => span.replace(OPERATOR, ''));
    const found = [...new Set(written)].filter((span) => names.includes(span.split(' ')[0] ?? ''));
    // What was discarded cannot be driven again: on the page each has a letter of its own.
    const ends = (command: string): boolean => command.startsWith('dead-letters discard');
    commands = [...found.filter((command) => !ends(command)), ...found.filter(ends)];
    const { json } = await operator('dead-letters', 'list', '--json');
    const letters = json['dead_letters'] as { readonly id: string; readonly reason: string }[];
    letterId = letters.find(({ reason }) => reason === 'unpriced')?.id ?? '';
    conflictId = letters.find(({ reason }) => reason === 'conflict')?.id ?? '';
    const event = await operator('dead-letters', 'show', letterId, '--event');
    writeFileSync(join(directory.path, 'event.json'), event.out);
    await operator('ledger', 'org_acme', '--export', join(directory.path, 'file.jsonl'));
    await operator('anchor', 'export', '--file', join(directory.path, 'anchor.jsonl'));
    await operator('topics', 'apply');
    const planned = await operator('replay', 'plan', '--from', 'dead-letters', '--json');
    planId = String(planned.json['plan']);
    haltedTopic = await haltPartitions(database);
  });

  afterAll(async () => {
    await database.drop();
    directory.remove();
  });

  function operator(...args: string[]) {
    const environment = { DATABASE_URL: database.url, KAFKA_BROKERS: testServers().kafkaBrokers.join(',') };
    return operate(args, args[0] === 'partitions' ? { ...environment, USAGE_TOPIC: haltedTopic } : environment);
  }

  /** The command as somebody would type it who follows the page. */
  function wordsOf(command: string): string[] {
    const stated = command
      .replace(/ > .*$/, '')
      .replaceAll(/<org(anization)?>/g, 'org_acme')
      .replaceAll('<request>', 'req_full')
      .replaceAll('<position>', '2')
      .replaceAll('<id>', command.includes('--reissue') ? conflictId : letterId)
      .replaceAll('<plan>', planId)
      .replaceAll('<partition>', partitionFor(command))
      .replaceAll('--from <time> --to <time>', '--from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z')
      .replaceAll('<time>', '2026-11-01T00:00:00Z')
      .replaceAll('<version>', '1')
      .replaceAll('"…"', 'because')
      .replaceAll(/--anchor <file>/g, `--anchor ${join(directory.path, 'anchor.jsonl')}`)
      .replaceAll('<file>', join(directory.path, 'another.jsonl'))
      .replaceAll('<directory>', directory.path)
      .replaceAll(/\b(file\.jsonl|event\.json)\b/g, (file) => join(directory.path, file));
    return stated.split(' ');
  }

  it('names commands that there are, and that can be run as they are written', async () => {
    expect(commands.length).toBeGreaterThan(20);
    const failed: string[] = [];
    for (const command of commands) {
      const words = wordsOf(command);
      // A command that is only named may need more than its name.
      const isNamedOnly = !/ --|</.test(command);
      const { exitCode, error } = await operator(...words, ...(isNamedOnly ? ['--help'] : []));
      if ([WRONG_USAGE, NOT_REACHABLE].includes(exitCode)) failed.push(`${words.join(' ')}: ${exitCode} ${error}`);
    }
    expect(failed).toEqual([]);
  }, 120_000);

  it('asks the database only for what it has', async () => {
    const statements = spans.filter((span) => span.startsWith('SELECT '));
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) await database.pool.query(statement);
  });

  it('names figures and facts that our processes have', () => {
    const sources = sourcesOf('apps') + sourcesOf('libs');
    const figures = spans.flatMap((span) => span.match(/^floopy_[a-z_]+/) ?? []);
    const loops = [...sources.matchAll(/name: '([a-z_]+)',\s+help:/g)].map(([, name]) => name);
    const relays = [...sources.matchAll(/^ {4}([a-z_]+): \(\) => relay/gm)].map(([, name]) => name);
    const isThere = (figure: string): boolean =>
      sources.includes(`'${figure}'`) ||
      [...loops, ...relays].some(
        (name) => /^floopy_(follower|relay|reconciler)_/.test(figure) && figure.endsWith(`_${name}_total`),
      );
    expect(figures.length).toBeGreaterThan(8);
    expect(figures.filter((figure) => !isThere(figure))).toEqual([]);
  });
});
