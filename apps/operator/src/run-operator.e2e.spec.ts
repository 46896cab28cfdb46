import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@floopy/contracts';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { testServers } from '../../../test/support/servers';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { type TemporaryDirectory, temporaryDirectory } from '../../../test/support/temporary-directory';
import type { SeededDatabase } from '../../../test/support/seeded-database';
import { until } from '../../../test/support/until';
import { createLedger } from '../test/a-ledger';
import { operate } from '../test/operate';

const NOWHERE = { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/floopy', KAFKA_BROKERS: '127.0.0.1:1' };

const COMMANDS = [
  'topics apply|topics status|organizations create|organizations list|organizations suspend|organizations resume',
  'organizations close|api-keys create|api-keys revoke|api-keys list|rate-cards import|rate-cards diff',
  'rate-cards publish|rate-cards list|rate-cards show|plans publish|plans list|plans show|plans assign|holds list',
  'holds release|admission explain|alerts list|alerts settings|publish|balance|ledger|explain|verify|replay prove',
  'anchor export|rebuild|reverse|statement|reprice plan|reprice apply|replay plan|replay apply|replay status|replay cancel',
  'audit|dead-letters list|dead-letters show|dead-letters fix|dead-letters redrive|dead-letters discard',
].flatMap((line) => line.split('|').map((command) => command.split(' ')));

describe('the operator command line', () => {
  let database: SeededDatabase;
  let empty: TestDatabase;
  let directory: TemporaryDirectory;
  let environment: Record<string, string>;

  beforeAll(async () => {
    database = await createLedger();
    empty = await createTestDatabase();
    directory = temporaryDirectory();
    environment = { DATABASE_URL: database.url, KAFKA_BROKERS: testServers().kafkaBrokers.join(',') };
  });

  afterAll(async () => {
    directory.remove();
    await empty.drop();
    await database.drop();
  });

  const json = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { exitCode, json: answer, error } = await operate([...args, '--json'], environment);
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    return answer;
  };

  describe('of any command', () => {
    it.each(COMMANDS.map((command) => [command.join(' '), command] as const))(
      'explains %s with examples',
      async (_, command) => {
        const { exitCode, out } = await operate([...command, '--help']);
        expect(exitCode).toBe(0);
        expect(out).toContain(`Usage: floopy-billing ${command.join(' ')}`);
        expect(out).toMatch(new RegExp(`Examples:\n {2}\\$ floopy-billing ${command.join(' ')}`));
        expect(out).toContain('--json');
      },
    );

    it.each([
      ['an unknown command', ['overdraw']],
      ['no command', []],
      ['a group without its command', ['topics']],
      ['an unknown option', ['verify', '--quickly']],
      ['a missing argument', ['balance']],
      ['an organization that is no id', ['balance', 'two words']],
      ['an organization that does not exist', ['balance', 'org_nobody']],
      ['a request that does not exist', ['explain', 'org_acme', 'req_none']],
      ['an organization that exists already', ['organizations', 'create', 'org_acme']],
      ['a credit that is no amount', ['organizations', 'create', 'org_new', '--credit', '1e3']],
      ['an unknown scope', ['api-keys', 'create', '--scopes', 'everything']],
      ['a key of a member of nothing', ['api-keys', 'create', '--member', 'usr_ada', '--scopes', 'balance:read']],
      ['a key for nobody', ['api-keys', 'create', '--organization', 'org_nobody', '--scopes', 'balance:read']],
      ['a key that is not in force', ['api-keys', 'revoke', 'key_none']],
      ['a version that was never published', ['rate-cards', 'show', '99']],
      ['a card file that is not there', ['rate-cards', 'publish', '/nowhere/card.json']],
      ['an unknown provider', ['rate-cards', 'import', '--provider', 'acme', '--dry-run']],
      ['an unknown format', ['publish', '--format', 'xml']],
      ['a trace without its file', ['publish', '--format', 'azure-llm-2023']],
      [
        'more organizations than there are',
        ['publish', '--format', 'generate', '--count', '1', '--organizations', '4'],
      ],
      ['a topic that does not exist', ['publish', '--format', 'generate', '--count', '1', '--topic', 'usage.absent']],
      ['a rate of zero', ['publish', '--format', 'generate', '--rate', '0']],
      ['a limit past its bound', ['ledger', 'org_acme', '--limit', '5000']],
    ])('exits 2 on %s, and says what is wrong', async (_, args) => {
      const { exitCode, error, out } = await operate(args, environment);
      expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
      expect(error.length).toBeGreaterThan(10);
    });

    it('exits 2 when a setting is missing, and names it', async () => {
      const { exitCode, error } = await operate(['verify']);
      expect({ exitCode, error }).toEqual({ exitCode: 2, error: expect.stringContaining('DATABASE_URL') });
    });

    it.each([
      ['Postgres', ['verify']],
      ['Postgres', ['organizations', 'list']],
      ['Postgres', ['balance', 'org_acme']],
      ['Postgres', ['publish', '--format', 'generate', '--count', '1']],
      ['Postgres', ['topics', 'apply']],
      ['Kafka', ['topics', 'status']],
    ])('exits 3 when %s does not answer to %j, and keeps the password to itself', async (part, args) => {
      const { exitCode, error } = await operate(args, NOWHERE);
      expect({ exitCode, error }).toEqual({ exitCode: 3, error: expect.stringContaining(`${part} is not reachable`) });
      expect(error).not.toContain('secret');
    });

    it.each([
      ['topics', 'apply'],
      ['publish', '--format', 'generate', '--count', '1', '--organizations', 'org_acme'],
    ])('exits 3 when Kafka does not answer to an act that could be written down: %s', async (...args) => {
      const { exitCode, error } = await operate(args, { ...environment, KAFKA_BROKERS: NOWHERE.KAFKA_BROKERS });
      expect({ exitCode, error }).toEqual({ exitCode: 3, error: expect.stringContaining('Kafka is not reachable') });
    });

    it('exits 1 when it is stopped before it could say that all is well', async () => {
      const { exitCode, out, error } = await operate(['verify'], environment, AbortSignal.abort());
      expect({ exitCode, out, error }).toEqual({ exitCode: 1, out: '', error: 'Stopped before the end.\n' });
    });

    it('exits 3 on a database that nobody has migrated', async () => {
      const { exitCode, error } = await operate(['verify'], { DATABASE_URL: testServers().databaseUrl });
      expect({ exitCode, error }).toEqual({ exitCode: 3, error: expect.stringContaining('not migrated') });
    });
  });

  it('creates the topics of the contract, and finds them as they are declared', async () => {
    const names = (await json('topics', 'apply'))['topics'] as { name: string }[];
    expect(names.map(({ name }) => name)).toContain('usage.recorded.v1');
    const { topics } = (await json('topics', 'status')) as { topics: { state: string }[] };
    expect(topics.map(({ state }) => state)).toEqual(Array<string>(topics.length).fill('as_declared'));
  });

  it('names the setting of a topic that differs, exits 1, and leaves it alone', async () => {
    await json('topics', 'apply');
    const status = () => operate(['topics', 'status', '--json'], environment);
    await setRetention('1000');
    // The broker takes a change from its controller a moment after it was accepted.
    await until(status, ({ exitCode }) => exitCode === 1);
    const drift = [{ setting: 'retention.ms', declared: '604800000', found: '1000' }];
    const drifted = { name: 'billing.alerts.v1', state: 'drifted', drift };
    for (const command of ['status', 'apply', 'status']) {
      const { exitCode, json: answer } = await operate(['topics', command, '--json'], environment);
      expect(exitCode).toBe(1);
      expect(answer['topics']).toContainEqual(drifted);
    }
    await setRetention('604800000');
    expect(await until(status, ({ exitCode }) => exitCode === 0)).toMatchObject({ exitCode: 0, error: '' });
  });

  it('creates an organization with a first credit, and nothing on a dry run', async () => {
    const terms = ['--name', 'New', '--credit', '1000.5', '--markup', '250'];
    expect(await json('organizations', 'create', 'org_new', ...terms, '--dry-run')).toMatchObject({
      state: 'would_be_created',
    });
    expect(await json('organizations', 'create', 'org_new', ...terms)).toEqual({ id: 'org_new', state: 'created' });
    const { organizations } = (await json('organizations', 'list')) as { organizations: object[] };
    expect(organizations.at(-1)).toMatchObject({
      id: 'org_new',
      name: 'New',
      markup_basis_points: 250,
      position: 1,
      balance: '1000.5000000000',
    });
  });

  it('creates a numbered row of organizations, and leaves those that exist as they are', async () => {
    expect(await json('organizations', 'create', 'org_row', '--count', '2')).toEqual({
      first_id: 'org_row_1',
      last_id: 'org_row_2',
      created: 2,
      existing: 0,
    });
    expect(await json('organizations', 'create', 'org_row', '--count', '3')).toMatchObject({ created: 1, existing: 2 });
  });

  it('makes a key, shows its secret once, and revokes it once', async () => {
    const made = await json('api-keys', 'create', '--organization', 'org_acme', '--scopes', 'balance:read,ledger:read');
    expect(made).toMatchObject({ organization_id: 'org_acme', scopes: ['balance:read', 'ledger:read'] });
    const listed = JSON.stringify(await json('api-keys', 'list', '--organization', 'org_acme'));
    expect(listed).toContain(String(made['key_id']));
    expect(listed).not.toContain(String(made['api_key']));
    const keyId = String(made['key_id']);
    expect(await json('api-keys', 'revoke', keyId, '--dry-run')).toMatchObject({ state: 'would_be_revoked' });
    expect(await json('api-keys', 'revoke', keyId)).toEqual({ key_id: keyId, state: 'revoked' });
    expect((await operate(['api-keys', 'revoke', keyId], environment)).exitCode).toBe(2);
  });

  it('imports a card, lists what it cannot hold, and publishes it once', async () => {
    const file = join(directory.path, 'cards', 'card.json');
    const imported = await json('rate-cards', 'import', '--out', file, '--provider', 'openai', 'anthropic');
    expect(imported['not_imported']).not.toHaveLength(0);
    const fresh = { ...environment, DATABASE_URL: empty.url };
    const publish = (...more: string[]) => operate(['rate-cards', 'publish', file, '--json', ...more], fresh);
    expect((await publish('--dry-run')).json).toMatchObject({ state: 'would_be_published', version: 1 });
    expect((await publish()).json).toMatchObject({ state: 'published', version: 1, models: imported['models'] });
    expect((await publish()).json).toMatchObject({ state: 'already_published', version: 1 });
    const listed = await operate(['rate-cards', 'list', '--json'], fresh);
    expect(listed.json['rate_cards']).toMatchObject([{ version: 1, id: 'standard', in_force: { end: null } }]);
    const shown = await operate(['rate-cards', 'show'], fresh);
    expect(shown.out).toBe(readFileSync(file, 'utf8'));
  });

  it('shows how a card file differs, and refuses one that changes the past with exit 1', async () => {
    const file = join(directory.path, 'dearer.json');
    const shown = await operate(['rate-cards', 'show', '1'], environment);
    writeFileSync(file, shown.out.replace('0.0002500000', '0.0003000000'));
    const change = { token_class: 'input', before: '0.0002500000', after: '0.0003000000' };
    const diff = await operate(['rate-cards', 'diff', file, '--json'], environment);
    expect(diff).toMatchObject({ exitCode: 1, json: { against: 1, rates: [change], changes_of_the_past: [change] } });
    const published = await operate(['rate-cards', 'publish', file, '--json'], environment);
    expect(published).toMatchObject({ exitCode: 1, json: { state: 'refused', code: 'changes_past_prices' } });
  });

  it('names every fault of a card file', async () => {
    const file = join(directory.path, 'faulty.json');
    writeFileSync(file, '{"id": "a b", "in_force": {"start": "tomorrow", "end": null}, "models": []}');
    const { exitCode, error } = await operate(['rate-cards', 'publish', file], environment);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/\/id[\s\S]*\/in_force\/start/);
  });

  it('reads a balance, with its requests and its position', async () => {
    expect(await json('balance', 'org_acme')).toMatchObject({
      organization_id: 'org_acme',
      unit: 'cent',
      balance: '99992.4572500000',
      balance_shown: '99992',
      open_holds: '0.0000000000',
      watermark: { position: 5 },
    });
  });

  it('lists the latest entries first, and those before a position', async () => {
    const { entries } = (await json('ledger', 'org_acme', '--limit', '2')) as { entries: { sequence: number }[] };
    expect(entries.map(({ sequence }) => sequence)).toEqual([5, 4]);
    const earlier = (await json('ledger', 'org_acme', '--before', '2')) as { entries: object[] };
    expect(earlier.entries).toMatchObject([{ sequence: 1, type: 'adjustment', amount: '100000.0000000000' }]);
  });

  it('writes no export on a dry run', async () => {
    const file = join(directory.path, 'dry.jsonl');
    expect(await json('ledger', 'org_acme', '--export', file, '--dry-run')).toMatchObject({ entries: 5 });
    expect(existsSync(file)).toBe(false);
  });

  it('explains every charge of a request by computing it again', async () => {
    const explained = await json('explain', 'org_acme', 'req_full');
    expect(explained).toMatchObject({ request_id: 'req_full', total: '5.0285000000' });
    expect(explained['charges']).toMatchObject([
      {
        agrees: true,
        entry: { sequence: 2, amount: '-2.5142500000' },
        receipt: {
          rate_card: { version: 1 },
          lines: [
            { token_class: 'input', quantity: 2_345, unit_price: '0.0002500000', amount: '0.5862500000' },
            { token_class: 'cache_read_input', quantity: 10_000, amount: '1.2500000000' },
            { token_class: 'output', quantity: 678, amount: '0.6780000000' },
          ],
          total: '2.5142500000',
        },
      },
      { agrees: true, entry: { sequence: 5 } },
    ]);
    const text = await operate(['explain', 'org_acme', 'req_3'], environment);
    expect(text.out).toContain('free: nothing was served');
  });
});

/** Changes a topic behind our back. */
async function setRetention(value: string): Promise<void> {
  const admin = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { name, config } = TOPICS.billingAlerts;
  const settings = { ...config, 'retention.ms': value };
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(settings).map(([setting, text]) => ({ name: setting, value: text })),
      },
    ],
  });
  await admin.disconnect();
}
