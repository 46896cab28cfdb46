import { issueApiKey, MOST_ALERT_ENDPOINTS } from '@floopy/application';
import {
  alertEndpointsViewSchema,
  alertEndpointViewSchema,
  alertSettingsViewSchema,
  alertsViewSchema,
} from '@floopy/contracts';
import { organizationIdOf } from '@floopy/domain';
import { queriesOf, saveApiKey } from '@floopy/postgres';
import { randomText, sha256 } from '@floopy/runtime';
import { type ApiFixture, openApiFixture } from '../support/api-fixture';
import { expectProblem } from '../support/expect-problem';
import { type Answer, apiCaller, type Call, createTestApiKey } from '../support/running-api';

const SETTINGS = {
  balance_below: ['5000', '0.5'],
  days_left_below: [3],
  allowance_percents: [50, 100],
  team_budget_percents: [],
  spike: { factor_percent: 200, smallest: '10' },
  unpriced_models: false,
  dead_letters: 10,
};

let fixture: ApiFixture;
let owner: (path: string, call?: Call) => Promise<Answer>;

beforeAll(async () => {
  fixture = await openApiFixture({ API_KEY_MEMORY_MS: '0' });
  owner = apiCaller(fixture.api.url, (await createTestApiKey(fixture.database.pool, 'org_acme')).secret);
});

afterAll(() => fixture.close());

function put(body: object): Call {
  return { method: 'PUT', body };
}

function post(body: object): Call {
  return { method: 'POST', body };
}

describe('alert settings', () => {
  it('are the defaults until the organization says otherwise, and then all that it said', async () => {
    const defaults = alertSettingsViewSchema.parse((await owner('org_acme/alert-settings')).body);
    expect(defaults).toMatchObject({ organization_id: 'org_acme', allowance_percents: [80, 100], dead_letters: 1 });
    const shown = { balance_below: ['5000.0000000000', '0.5000000000'], spike: { smallest: '10.0000000000' } };
    expect((await owner('org_acme/alert-settings', put(SETTINGS))).body).toMatchObject({ ...SETTINGS, ...shown });
    expect((await owner('org_acme/alert-settings')).body).toMatchObject(shown);
    expect((await fixture.operator('org_globex/alert-settings')).body).toMatchObject({ dead_letters: 1 });
  });

  it.each([
    ['/balance_below/0', { balance_below: ['-1'] }],
    ['/days_left_below', { days_left_below: [7, 7] }],
    ['/allowance_percents', { allowance_percents: [5_000] }],
    ['/spike/smallest', { spike: { factor_percent: 300, smallest: 'much' } }],
    ['/dead_letters', { dead_letters: 0 }],
    ['/unpriced_models', { unpriced_models: undefined }],
    ['/team_budgets', { team_budgets: [] }],
  ])('name %s where it is not valid', async (pointer, wrong) => {
    const answer = await owner('org_acme/alert-settings', put({ ...SETTINGS, ...wrong }));
    expectProblem(answer, 'invalid_request');
    expect(answer.body.errors).toEqual([{ pointer, detail: expect.any(String) as string }]);
  });
});

describe('receivers of alerts', () => {
  it('show the secret of a webhook once, and are listed without it until they are removed', async () => {
    const address = 'https://hooks.example.com/floopy';
    const { status, body } = await owner('org_acme/alert-endpoints', post({ kind: 'webhook', address }));
    expect(status).toBe(201);
    const added = alertEndpointViewSchema.parse(body);
    expect(Buffer.from(added.secret?.replace('whsec_', '') ?? '', 'base64')).toHaveLength(32);
    const { body: listed } = await owner('org_acme/alert-endpoints');
    const { endpoints } = alertEndpointsViewSchema.parse(listed);
    expect(endpoints).toMatchObject([{ id: added.id, kind: 'webhook', address, disabled_at: null }]);
    expect(JSON.stringify(listed)).not.toContain('whsec_');
    const others = await fixture.operator(`org_globex/alert-endpoints/${added.id}`, { method: 'DELETE' });
    expect(others.body).toMatchObject({ endpoints: [] });
    expect((await owner('org_acme/alert-endpoints')).body.endpoints).toHaveLength(1);
    const removed = await owner(`org_acme/alert-endpoints/${added.id}`, { method: 'DELETE' });
    expect(removed.body).toMatchObject({ endpoints: [] });
    expectProblem(await owner(`org_acme/alert-endpoints/${added.id}/test`, { method: 'POST' }), 'not_found');
  });

  it.each(['http://hooks.example.com/', 'https://127.0.0.1/', 'https://ada:secret@hooks.example.com/', 'hooks'])(
    'refuse %s, which would never be called',
    async (address) => {
      const answer = await owner('org_acme/alert-endpoints', post({ kind: 'webhook', address }));
      expectProblem(answer, 'invalid_request');
      expect(answer.body.errors).toMatchObject([{ pointer: '/address' }]);
    },
  );

  it('refuse an e-mail address where there is no mail server, and say so', async () => {
    const answer = await owner('org_acme/alert-endpoints', post({ kind: 'email', address: 'ada@example.com' }));
    expectProblem(answer, 'unprocessable');
    expect(answer.body.detail).toContain('No mail server is configured here');
  });

  it('are so many and no more', async () => {
    const webhook = (nth: number) => post({ kind: 'webhook', address: `https://hooks.example.com/${nth}` });
    for (let nth = 0; nth < MOST_ALERT_ENDPOINTS; nth += 1) {
      expect((await fixture.operator('org_initech/alert-endpoints', webhook(nth))).status).toBe(201);
    }
    expectProblem(await fixture.operator('org_initech/alert-endpoints', webhook(99)), 'unprocessable');
  });

  it('are not tested once they are called no more', async () => {
    await fixture.database.pool.query(
      `INSERT INTO alert_endpoint (endpoint_id, organization_key, kind, address, created_at, created_by, disabled_at,
                                   disabled_reason)
       SELECT 'end_gone', organization_key, 2, 'ada@example.com', now(), 'test', now(), 'answered 410'
         FROM organization WHERE organization_id = 'org_globex'`,
    );
    const answer = await fixture.operator('org_globex/alert-endpoints/end_gone/test', { method: 'POST' });
    expectProblem(answer, 'unprocessable');
    expect((await fixture.operator('org_globex/alerts')).body).toMatchObject({ alerts: [], next_cursor: null });
  });

  it('are chosen by an Owner or an Admin, and read by a Member', async () => {
    const issued = await issueApiKey(
      { store: { saveApiKey: (key) => saveApiKey(queriesOf(fixture.database.pool), key) }, randomText, sha256 },
      {
        organizationId: organizationIdOf('org_acme'),
        memberId: 'usr_eve',
        name: 'of Eve',
        scopes: ['balance:read', 'alerts:write'],
      },
    );
    const eve = apiCaller(fixture.api.url, issued.type === 'issued' ? issued.secret : null);
    await owner('org_acme/members/usr_eve', put({ role: 'member' }));
    expectProblem(await eve('org_acme/alert-settings', put(SETTINGS)), 'forbidden');
    for (const path of ['alerts', 'alert-settings', 'alert-endpoints']) {
      expect((await eve(`org_acme/${path}`)).status).toBe(200);
    }
    await owner('org_acme/members/usr_eve', put({ role: 'admin' }));
    expect((await eve('org_acme/alert-settings', put(SETTINGS))).status).toBe(200);
  });
});

describe('the list of alerts', () => {
  it('shows each alert once, also where many fired in one millisecond', async () => {
    await fixture.database.pool.query(
      `INSERT INTO alert (alert_id, organization_key, kind, figures, fired_at)
       SELECT 'alr_' || nth, organization_key, 'balance_low', '{}',
              timestamptz '2026-11-01T00:00:00Z' + nth / 7 * interval '1 millisecond'
         FROM organization CROSS JOIN generate_series(0, 29) AS nth WHERE organization_id = 'org_filters'`,
    );
    const ids: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 20; pages += 1) {
      const more = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = alertsViewSchema.parse((await fixture.operator(`org_filters/alerts?limit=4${more}`)).body);
      ids.push(...page.alerts.map(({ alert_id: id }) => id));
      cursor = page.next_cursor;
    }
    expect(new Set(ids).size).toBe(30);
    expect(ids).toHaveLength(30);
  });

  it('refuses a cursor of another organization, and of another list', async () => {
    const { body } = await fixture.operator('org_filters/alerts?limit=4');
    expectProblem(await fixture.operator(`org_globex/alerts?cursor=${body.next_cursor}`), 'invalid_request');
    expectProblem(await fixture.operator(`org_filters/ledger?cursor=${body.next_cursor}`), 'invalid_request');
  });
});
