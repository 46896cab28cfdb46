import { organizationIdOf } from '@floopy/domain';
import { createOrganization, queriesOf } from '@floopy/postgres';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { operate, type Operated } from '../../test/operate';
import { Session } from '../session/session';

interface ShownAct {
  readonly command: string;
  readonly actor: string;
  readonly outcome: string | null;
  readonly detail: string | null;
}

describe('audit', () => {
  let database: SeededDatabase;

  beforeAll(async () => {
    database = await createSeededDatabase();
  });

  afterAll(() => database.drop());

  const run = (...args: string[]): Promise<Operated> =>
    operate(args, { DATABASE_URL: database.url, FLOOPY_OPERATOR: 'grace' });

  async function acts(...filter: string[]): Promise<ShownAct[]> {
    const { exitCode, json } = await run('audit', '--json', ...filter);
    expect(exitCode).toBe(0);
    return json['acts'] as ShownAct[];
  }

  it('lists who did what with what outcome, and no secret', async () => {
    const since = new Date().toISOString();
    const made = await run('api-keys', 'create', '--scopes', 'operator', '--as', 'ada', '--json');
    await run('organizations', 'create', 'org_acme');
    await run('organizations', 'create', 'org_dry', '--dry-run');
    await run('organizations', 'list');
    const [refused, created, ...others] = await acts('--from', since);
    expect(others).toEqual([]);
    expect(created).toMatchObject({
      command: 'api-keys create',
      actor: 'ada',
      account: expect.stringContaining('@'),
      channel: 'command_line',
      arguments: ['--scopes', 'operator', '--as', 'ada'],
      plan: null,
      outcome: 'done',
      detail: expect.stringContaining(String(made.json['key_id'])),
    });
    expect(refused).toMatchObject({
      command: 'organizations create',
      actor: 'grace',
      outcome: 'failed',
      detail: 'org_acme exists already; nothing was changed.',
    });
    const { rows } = await database.pool.query(
      'SELECT * FROM operator_act LEFT JOIN operator_act_outcome USING (act_number)',
    );
    expect(JSON.stringify(rows)).not.toContain(String(made.json['api_key']));
    expect((await run('audit')).out).toMatch(/ACT +BEGUN +WHO[\s\S]*grace \(.*failed[\s\S]*ada \(.*done/);
  });

  it('names who acts with what they change, too, in whichever way they say it', async () => {
    const reason = ['--reason', 'not paid'];
    await run('organizations', 'suspend', 'org_globex', ...reason);
    await run('organizations', 'resume', 'org_globex', ...reason, '--as', 'ada');
    await run('organizations', 'suspend', 'org_globex', ...reason, '--by', 'edsger');
    const { rows } = await database.pool.query('SELECT changed_by FROM organization_change ORDER BY change_number');
    expect(rows.map(({ changed_by: by }) => by as string)).toEqual(['grace', 'ada', 'edsger']);
    const [last, before, first] = await acts('--command', 'organizations', '--limit', '3');
    expect([first, before, last].map((act) => act?.actor)).toEqual(['grace', 'ada', 'edsger']);
  });

  it('finds acts by their command and their time', async () => {
    await run('organizations', 'create', 'org_found');
    const until = new Date(Date.now() + 60_000).toISOString();
    expect((await acts('--command', 'organizations')).map(({ command }) => command)).toContain('organizations create');
    expect(await acts('--command', 'organ')).toEqual([]);
    expect(await acts('--from', until)).toEqual([]);
    expect(await acts('--to', until, '--limit', '1')).toHaveLength(1);
    expect((await run('audit', '--from', until)).out).toBe('No operator did anything in that time.\n');
  });

  it('shows an act whose end nobody knows as one of unknown outcome', async () => {
    await database.pool.query(
      `INSERT INTO operator_act (actor, account, channel, command, arguments) VALUES ('a', 'a', 'http', 'gone', '{}')`,
    );
    expect(await acts('--command', 'gone')).toMatchObject([{ outcome: null, detail: null, ended_at: null }]);
    expect((await run('audit', '--command', 'gone')).out).toContain('not known');
  });

  it('lets nothing be done that cannot be written down', async () => {
    await database.pool.query('REVOKE INSERT ON operator_act FROM floopy_writer');
    const { exitCode, error } = await run('organizations', 'create', 'org_unseen');
    await database.pool.query('GRANT INSERT ON operator_act TO floopy_writer');
    expect({ exitCode, error }).toEqual({ exitCode: 1, error: expect.stringContaining('operator_act') });
    const { rows } = await database.pool.query(`SELECT FROM organization WHERE organization_id = 'org_unseen'`);
    expect(rows).toEqual([]);
  });

  it('gives a command that was not declared as an act a session in which Postgres refuses to write', async () => {
    const surroundings = {
      environment: { DATABASE_URL: database.url },
      writeOut: () => undefined,
      writeError: () => undefined,
      isWatched: false,
      stop: new AbortController().signal,
    };
    for (const [purpose, outcome] of [
      ['reading', 'cannot execute INSERT in a read-only transaction'],
      ['acting', 'written'],
    ] as const) {
      const session = new Session(surroundings, purpose);
      const pool = await session.database();
      const organization = { id: organizationIdOf(`org_${purpose}`), name: 'n', markupBasisPoints: null };
      const written = createOrganization(queriesOf(pool), organization).then(
        () => 'written',
        (error: unknown) => String(error),
      );
      expect(await written).toContain(outcome);
      await session.close();
    }
  });

  it('keeps what was done when only its outcome cannot be written down, and says so', async () => {
    await database.pool.query('REVOKE INSERT ON operator_act_outcome FROM floopy_writer');
    const { exitCode, out, error } = await run('organizations', 'create', 'org_kept');
    await database.pool.query('GRANT INSERT ON operator_act_outcome TO floopy_writer');
    expect({ exitCode, out, error }).toEqual({
      exitCode: 0,
      out: 'org_kept created\n',
      error: expect.stringMatching(/^Act \d+ has ended, and how could not be written down: /),
    });
  });
});
