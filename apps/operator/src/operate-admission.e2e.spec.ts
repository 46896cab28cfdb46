import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePlanFile } from '@floopy/contracts';
import { SEEDED_PLANS } from '@floopy/domain';
import { type ApiFixture, openApiFixture, usageOfTokens } from '../../../test/support/api-fixture';
import { askAdmission, credit } from '../../../test/support/asked-admission';
import { type TemporaryDirectory, temporaryDirectory } from '../../../test/support/temporary-directory';
import { until } from '../../../test/support/until';
import { type Operated, operate } from '../test/operate';

let fixture: ApiFixture;
let directory: TemporaryDirectory;
let settings: Readonly<Record<string, string>>;

beforeAll(async () => {
  directory = temporaryDirectory();
  fixture = await openApiFixture();
  settings = { DATABASE_URL: fixture.database.url };
  await credit(fixture.operator, 'org_acme', '100');
});
afterAll(async () => {
  await fixture.close();
  directory.remove();
});

const run = (...args: string[]): Promise<Operated> => operate([...args, '--json'], settings);

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, json: answer, error } = await run(...args);
  expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
  return answer;
}

/** One cent, by a thousand tokens. */
const ask = (request_id: string, more: object = {}) =>
  askAdmission(fixture.operator, { organization_id: 'org_acme', request_id, ...more });

describe('plans', () => {
  const [free] = SEEDED_PLANS;

  it('are shown as a file, edited, published once, and listed', async () => {
    const shown = await operate(['plans', 'show', 'free'], settings);
    expect(shown.out).toBe(encodePlanFile(free === undefined ? [] : [free]));
    const file = join(directory.path, 'plans.json');
    writeFileSync(file, shown.out.replace('"id": "free"', '"id": "gold"').replace('1000,', '7,'));
    const state = (answer: Record<string, unknown>): unknown => (answer['plans'] as { state: string }[])[0]?.state;
    expect(state(await json('plans', 'publish', file, '--dry-run'))).toBe('would_be_published');
    expect(state(await json('plans', 'publish', file, '--by', 'ada'))).toBe('published');
    expect(state(await json('plans', 'publish', file))).toBe('already_published');
    const { plans } = (await json('plans', 'list')) as { plans: object[] };
    expect(plans).toHaveLength(4);
    expect(plans[0]).toMatchObject({
      id: 'gold',
      version: 4,
      included_requests: 7,
      is_in_force: true,
      published_by: 'ada',
    });
    expect((await operate(['plans', 'list'], settings)).out).toContain('gold');
    expect(await json('plans', 'show', '4')).toMatchObject({ versions: [{ id: 'gold', version: 4 }] });
  });

  it('that break a rule are named with it, and nothing is published', async () => {
    const file = join(directory.path, 'faulty.json');
    const faulty = SEEDED_PLANS.map((plan) => ({ ...plan, id: `${plan.id}_next`, includedRequests: 5 }));
    writeFileSync(file, encodePlanFile([...faulty.slice(1), { ...faulty[0]!, name: ' ', features: ['byok', 'byok'] }]));
    const text = readFileSync(file, 'utf8');
    const refused = await run('plans', 'publish', file);
    expect(refused).toMatchObject({ exitCode: 2, out: '' });
    expect(refused.error).toContain('free_next: name is no name');
    writeFileSync(file, text.replaceAll('"included_requests": 5', '"included_requests": "5"'));
    expect((await run('plans', 'publish', file)).error).toContain('/plans/0/included_requests');
    expect((await run('plans', 'publish', join(directory.path, 'none.json'))).exitCode).toBe(2);
    expect((await run('plans', 'publish', file, '--from', 'tomorrow')).exitCode).toBe(2);
    expect((await json('plans', 'list'))['plans']).toHaveLength(4);
    expect((await run('plans', 'show', 'silver')).error).toContain('free, pro, enterprise, gold');
  });

  it('are assigned to an organization, which is judged by them from then on', async () => {
    expect(await json('plans', 'assign', 'org_globex', 'pro', '--dry-run')).toMatchObject({
      state: 'would_be_changed',
      plan: { id: 'free' },
    });
    expect(await json('plans', 'assign', 'org_globex', 'pro', '--by', 'ada')).toMatchObject({
      state: 'changed',
      plan: { id: 'pro', version: 2 },
      terms_version: 1,
    });
    const { body } = await fixture.operator('org_globex/plan');
    expect(body).toMatchObject({ plan: { id: 'pro' }, history: [{ plan: 'pro', changed_by: 'ada' }] });
    expect(await json('plans', 'assign', 'org_globex', 'pro')).toMatchObject({ state: 'unchanged' });
    expect((await run('plans', 'assign', 'org_globex', 'silver')).error).toContain('"plans list"');
    expect((await run('plans', 'assign', 'org_globex', 'free', '--at', '2020-01-01T00:00:00Z')).exitCode).toBe(2);
    expect((await run('plans', 'assign', 'org_nobody', 'pro')).exitCode).toBe(2);
  });
});

describe('holds in the memory of a process', () => {
  it('are listed with what they come to, and stand beside the balance', async () => {
    await ask('req_1', { attempt_id: 'att_1', team_id: 'team_search' });
    await ask('req_2', { max_output_tokens: 2_000 });
    expect(await json('holds', 'list', 'org_acme')).toMatchObject({
      store: 'memory',
      open: 2,
      open_amount: '3.0000000000',
      open_requests: 2,
      leaked: 0,
      position: 1,
      holds: [{ request_id: 'req_1', attempt_id: 'att_1', team_id: 'team_search' }, { request_id: 'req_2' }],
    });
    const { organizations } = (await json('holds', 'list')) as { organizations: object[] };
    expect(organizations).toMatchObject([{ organization_id: 'org_acme', open: 2 }]);
    expect(await json('balance', 'org_acme')).toMatchObject({ open_holds: '3.0000000000', available: '97.0000000000' });
  });

  it('are released for good, with the reason, and given back by the process that holds them', async () => {
    const release = ['holds', 'release', 'org_acme', 'req_1', '--attempt', 'att_1', '--reason', 'gateway is gone'];
    expect(await json(...release, '--dry-run')).toMatchObject({ state: 'would_be_released' });
    expect((await fixture.operator('org_acme/holds')).body.open).toBe(2);
    expect(await json(...release, '--by', 'ada')).toMatchObject({
      state: 'released',
      hold: { amount: '1.0000000000' },
    });
    await until(
      async () => (await fixture.operator('org_acme/holds')).body,
      ({ open, open_amount: amount }) => open === 1 && amount === '2.0000000000',
    );
    const { rows } = await fixture.database.pool.query('SELECT released_by, release_reason FROM hold WHERE state = 3');
    expect(rows).toEqual([{ released_by: 'ada', release_reason: 'gateway is gone' }]);
    const again = await run(...release);
    expect(again).toMatchObject({ exitCode: 2, error: expect.stringContaining('"holds list org_acme"') });
    expect((await run('holds', 'release', 'org_acme', 'req_2')).error).toContain('--reason');
    // The key is free: another hold of it is nobody's to release a second time.
    await ask('req_1', { attempt_id: 'att_1' });
    expect(await json('holds', 'list', 'org_acme')).toMatchObject({ open: 2 });
    await json('holds', 'release', 'org_acme', 'req_2', '--reason', 'test');
    await until(
      async () => (await fixture.operator('org_acme/holds')).body,
      ({ open_amount: amount }) => amount === '1.0000000000',
    );
  });

  it('that leaked are listed, the last first', async () => {
    await fixture.database.pool.query(
      `INSERT INTO hold (organization_key, request_id, hold_id, amount, position, state, admitted_at, expires_at, closed_at)
       SELECT organization_key, id, id, 1, 0, 4, now() - age - interval '1 minute', now() - age, now() - age
         FROM organization, (VALUES ('req_old', interval '2 hours'), ('req_new', interval '1 hour')) AS leaked (id, age)
        WHERE organization_id = 'org_initech'`,
    );
    expect(await json('holds', 'list', 'org_initech', '--leaked')).toMatchObject({
      leaked: 2,
      leaked_amount: '2.0000000000',
      leaked_holds: [{ request_id: 'req_new' }, { request_id: 'req_old' }],
    });
    const { organizations } = (await json('holds', 'list', '--leaked')) as { organizations: object[] };
    expect(organizations).toMatchObject([{ organization_id: 'org_initech', leaked: 2 }]);
    const { body } = await fixture.operator('org_initech/holds?limit=1');
    expect(body).toMatchObject({ leaked: 2, leaked_holds: [{ request_id: 'req_new' }] });
  });
});

describe('admission explain', () => {
  it('names the limit that binds with the numbers of all of them', async () => {
    await json('plans', 'assign', 'org_acme', 'pro');
    await fixture.owner('org_acme/team-budgets/team_search', { method: 'PUT', body: { limit: '5' } });
    await fixture.feed.apply([usageOfTokens('spent', 3_000, { team_id: 'team_search' })]);
    const explained = await json('admission', 'explain', 'org_acme');
    const { body: balance } = await fixture.operator('org_acme/balance');
    expect(explained).toMatchObject({
      decision: 'admitted',
      binds: null,
      status: 'active',
      credits: { balance: '97.0000000000', held: balance.open_holds, available: balance.available },
      allowance: { included: 100_000, used: 1, overage_billed: false },
      team_budgets: [
        { team_id: 'team_search', limit: '5.0000000000', spent: '3.0000000000', remaining: '2.0000000000' },
      ],
      plan: { id: 'pro', version: 2 },
      terms_version: 2,
      store: 'memory',
      store_state: expect.stringContaining('one process admits'),
      position: 2,
    });
    const asked = ['--model', 'gpt-4o', '--max-output', '3000'];
    expect(await json('admission', 'explain', 'org_acme', '--team', 'team_search', ...asked)).toMatchObject({
      decision: 'refused',
      binds: 'team_budget_reached',
      needed: '3.0000000000',
    });
    const { out } = await operate(
      ['admission', 'explain', 'org_acme', ...asked.slice(0, 2), '--max-output', '900000'],
      settings,
    );
    expect(out).toContain('insufficient_credits');
    expect(out).toMatch(/team team_search +5\.0000000000 +3\.0000000000/);
    expect(await json('admission', 'explain', 'org_acme', '--model', 'gpt-9')).toMatchObject({
      binds: 'unpriced_model',
    });
    expect((await run('admission', 'explain', 'org_nobody')).exitCode).toBe(2);
  });

  it('agrees with what the API then answers', async () => {
    const question = { team_id: 'team_search', max_output_tokens: 2_001 };
    const asked = ['--team', 'team_search', '--model', 'gpt-4o', '--max-output', '2001'];
    const explained = await json('admission', 'explain', 'org_acme', ...asked);
    expect((await ask('req_over', question)).body.code).toBe(explained['binds']);
    expect((await ask('req_within', { ...question, max_output_tokens: 2_000 })).status).toBe(200);
  });
});

describe('alerts', () => {
  it('are listed with how they were delivered, beside what is wanted', async () => {
    await fixture.database.pool.query(
      `WITH receiver AS (
         INSERT INTO alert_endpoint (endpoint_id, organization_key, kind, address, created_at, created_by)
         SELECT 'end_1', organization_key, 2, 'ada@example.com', now(), 'ada' FROM organization WHERE organization_id = 'org_acme'
         RETURNING organization_key),
       told AS (
         INSERT INTO alert (alert_id, organization_key, kind, threshold, figures, position, fired_at)
         SELECT 'alr_1', organization_key, 'balance_low', '1000.0000000000', '{"balance": "97.0000000000"}', 2, now()
           FROM receiver RETURNING organization_key)
       INSERT INTO alert_delivery (organization_key, alert_id, endpoint_id, attempts, next_attempt_at, last_error)
       SELECT organization_key, 'alr_1', 'end_1', 2, now(), 'answered 500' FROM told`,
    );
    expect(await json('alerts', 'list', 'org_acme')).toMatchObject({
      alerts: [{ alert_id: 'alr_1', kind: 'balance_low', deliveries: [{ endpoint_id: 'end_1', attempts: 2 }] }],
    });
    expect((await operate(['alerts', 'list', 'org_acme'], settings)).out).toContain('end_1 pending (2)');
    expect((await operate(['alerts', 'list', 'org_globex'], settings)).out).toContain('told nothing yet');
    expect(await json('alerts', 'settings', 'org_acme')).toMatchObject({
      balance_below: ['1000.0000000000'],
      endpoints: [{ id: 'end_1', address: 'ada@example.com' }],
    });
    expect((await run('alerts', 'list', 'org_nobody')).exitCode).toBe(2);
  });
});

describe('organizations', () => {
  it('are suspended, resumed and closed, with what they still have', async () => {
    const because = ['--reason', 'not paid', '--by', 'ada'];
    expect(await json('organizations', 'suspend', 'org_acme', ...because, '--dry-run')).toMatchObject({
      state: 'would_be_changed',
      status: 'active',
    });
    expect(await json('organizations', 'suspend', 'org_acme', ...because)).toMatchObject({
      state: 'changed',
      status: 'suspended',
      balance: '97.0000000000',
      late_usage: 'charged_and_counted',
      terms_version: 3,
    });
    let asked = 0;
    const suspended = await until(
      () => ask(`req_suspended_${asked++}`),
      ({ status }) => status === 403,
    );
    expect(suspended.body.code).toBe('organization_suspended');
    expect(await json('admission', 'explain', 'org_acme')).toMatchObject({ binds: 'organization_suspended' });
    expect(await json('organizations', 'suspend', 'org_acme', ...because)).toMatchObject({ state: 'unchanged' });
    expect(await json('organizations', 'resume', 'org_acme', '--reason', 'paid')).toMatchObject({ status: 'active' });
    await until(
      () => ask(`req_resumed_${asked++}`),
      ({ status }) => status === 200,
    );
    expect(await json('organizations', 'close', 'org_acme', ...because)).toMatchObject({ status: 'closed' });
    const reopened = await run('organizations', 'resume', 'org_acme', '--reason', 'sorry');
    expect(reopened).toMatchObject({ exitCode: 2, error: expect.stringContaining('closed, for good') });
    expect((await run('organizations', 'suspend', 'org_acme')).error).toContain('--reason');
    expect((await run('organizations', 'close', 'org_nobody', ...because)).exitCode).toBe(2);
    const { body } = await fixture.operator('org_acme');
    expect(body.status_history).toMatchObject([{ changed_by: 'ada', reason: 'not paid' }, {}, { status: 'closed' }]);
  });
});
