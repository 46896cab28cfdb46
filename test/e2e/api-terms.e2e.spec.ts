import { billingPeriodsViewSchema, overageViewSchema, planViewSchema } from '@floopy/contracts';
import { publishPlans } from '@floopy/application';
import { SEEDED_PLANS } from '@floopy/domain';
import { createPlanStore } from '@floopy/postgres';
import { type ApiFixture, openApiFixture, RUNNING_PERIOD, usageOfTokens } from '../support/api-fixture';
import { expectProblem } from '../support/expect-problem';
import type { Call } from '../support/running-api';
import { CLOCK_AND_HASH } from '../support/seeded-database';

let fixture: ApiFixture;
let operator: ApiFixture['operator'];
let owner: ApiFixture['owner'];

beforeAll(async () => {
  fixture = await openApiFixture({ API_KEY_MEMORY_MS: '0' });
  ({ operator, owner } = fixture);
});

afterAll(() => fixture.close());

const put = (body: object): Call => ({ method: 'PUT', body });
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
const HOUR_MS = 3_600_000;

describe('PUT plan', () => {
  it('takes a larger plan at once, and a smaller one with the next period', async () => {
    const { status, body } = await owner('org_acme/plan', put({ plan: 'pro' }));
    expect(status).toBe(200);
    expect(planViewSchema.parse(body)).toMatchObject({ plan: { id: 'pro' }, history: [{ plan: 'pro' }] });
    expect(body.next).toBeUndefined();
    const { body: after } = await owner('org_acme/plan', put({ plan: 'free' }));
    const end = new Date(RUNNING_PERIOD.end).toISOString();
    expect(after).toMatchObject({ plan: { id: 'pro' }, next: { plan: { id: 'free' }, from: end }, period: { end } });
    await owner('org_acme/plan', put({ plan: 'pro' }));
    expect((await owner('org_acme/plan')).body.next).toBeUndefined();
  });

  it('records the same choice once, and who made it', async () => {
    const before = (await owner('org_acme/plan', put({ plan: 'pro' }))).body;
    const again = (await owner('org_acme/plan', put({ plan: 'pro' }))).body;
    expect(again.history).toEqual(before.history);
    expect(again.history[0].changed_by).toMatch(/^key_/);
  });

  it('refuses a plan that there is not, and a time that is past', async () => {
    expectProblem(await owner('org_acme/plan', put({ plan: 'gold' })), 'unprocessable');
    expectProblem(await owner('org_acme/plan', put({ plan: 'pro', effective_at: soon(-1_000) })), 'invalid_request');
    expectProblem(await owner('org_acme/plan', put({ plan: 'pro', effective_at: 'soon' })), 'invalid_request');
  });
});

describe('overage', () => {
  it('is switched on where the plan permits it, and its history can be read', async () => {
    const at = soon(2 * HOUR_MS);
    await owner('org_acme/plan', put({ plan: 'pro' }));
    await owner('org_acme/overage', put({ enabled: true }));
    const { body } = await owner('org_acme/overage', put({ enabled: false, effective_at: at }));
    expect(overageViewSchema.parse(body)).toMatchObject({
      enabled: true,
      permitted: true,
      rate: '0.1000000000',
      frozen_at: new Date(RUNNING_PERIOD.end + 600_000).toISOString(),
      requests: { used: 0, included: 100_000, remaining: 100_000 },
      history: [{ enabled: true }, { enabled: false, effective_at: at }],
    });
  });

  it('is not permitted on the plan of everybody', async () => {
    const refused = await operator('org_globex/overage', put({ enabled: true }));
    expectProblem(refused, 'plan_required');
    expect(refused.body).toMatchObject({ feature: 'overage' });
    const { body } = await operator('org_globex/overage');
    expect(body).toMatchObject({ enabled: false, permitted: false, rate: null, history: [], terms_version: 0 });
  });

  it('counts the requests of the period against what the plan includes', async () => {
    const used = [1, 2, 3].map((n) => usageOfTokens(`overage_${n}`, n, { organization_id: 'org_initech' }));
    await fixture.feed.apply(used);
    const { body } = await operator('org_initech/overage');
    expect(body).toMatchObject({ requests: { used: 3, included: 1_000, remaining: 997 }, watermark: { position: 3 } });
  });

  it('shows what each request past the allowance has cost, on a plan that is younger than the period', async () => {
    const [, pro] = SEEDED_PLANS;
    const drafts = pro === undefined ? [] : [{ ...pro, id: 'tiny', includedRequests: 2 }];
    const ports = { store: createPlanStore(fixture.database.pool), ...CLOCK_AND_HASH };
    await publishPlans(ports, { drafts, effectiveAt: null, publishedBy: 'ada' });
    const body = { id: 'org_tiny', name: 'Tiny', plan: 'tiny' };
    await operator('/v1/organizations', { method: 'POST', body });
    const used = (name: string, time: string) =>
      [1, 2, 3].map((n) => usageOfTokens(`${name}_${n}`, n, { organization_id: 'org_tiny' }, time));
    await fixture.feed.apply(used('unagreed', new Date(RUNNING_PERIOD.start).toISOString()));
    await operator('org_tiny/overage', put({ enabled: true }));
    await fixture.feed.apply(used('agreed', new Date(Date.now()).toISOString()));
    const overage = overageViewSchema.parse((await operator('org_tiny/overage')).body);
    expect(overage).toMatchObject({
      requests: { used: 6, included: 2, remaining: 0, overage: 3, excess_unbilled: 1 },
      incurred: '0.3000000000',
      carried_forward: [],
    });
    expect(Number(overage.projected)).toBeGreaterThanOrEqual(Number(overage.incurred));
    const balance = async (query: string) => (await operator(`org_tiny/balance${query}`)).body;
    expect(await balance('')).toMatchObject({
      requests: { used: 6, included: 2, remaining: 0, overage: 3 },
      overage_incurred: '0.3000000000',
    });
    expect(await balance('?as_of=5')).toMatchObject({
      requests: { used: 5, included: 2, remaining: 0, overage: 2 },
      overage_incurred: null,
    });
    expect(await balance('?as_of=2')).toMatchObject({ requests: { used: 2, included: 2, remaining: 0, overage: 0 } });
  });

  it('takes true or false, and nothing that looks like it', async () => {
    expectProblem(await owner('org_acme/overage', put({ enabled: 'true' })), 'invalid_request');
  });
});

describe('billing periods', () => {
  it('are calendar months until an operator says at which day and hour they begin', async () => {
    const before = billingPeriodsViewSchema.parse((await operator('org_filters/periods')).body);
    expect(before.anchors).toEqual([]);
    expect(before.periods[1]?.period).toEqual({
      start: new Date(RUNNING_PERIOD.start).toISOString(),
      end: new Date(RUNNING_PERIOD.end).toISOString(),
    });
    const at = soon(HOUR_MS / 10);
    const { body } = await operator('org_filters/billing-anchor', put({ day: 31, hour: 6, effective_at: at }));
    expect(billingPeriodsViewSchema.parse(body)).toMatchObject({
      anchors: [{ day: 31, hour: 6, effective_at: at }],
      periods: [{}, { period: { end: at } }, { period: { start: at } }],
    });
    expect(body.periods[2].period.end).toMatch(/T06:00:00.000Z$/);
  });

  it('are not cut sooner than usage may have been ahead of our clock, nor at a day that no month has', async () => {
    const anchor = (body: object) => operator('org_filters/billing-anchor', put(body));
    expectProblem(await anchor({ day: 1, hour: 0, effective_at: soon(60_000) }), 'invalid_request');
    expectProblem(await anchor({ day: 32, hour: 24 }), 'invalid_request');
  });

  it('are not cut by a key of an organization', async () => {
    expectProblem(await owner('org_acme/billing-anchor', put({ day: 1, hour: 0 })), 'forbidden');
  });
});

describe('the balance', () => {
  const balance = async (query = '') => (await operator(`org_pied/balance${query}`)).body;

  beforeAll(() => operator('/v1/organizations', { method: 'POST', body: { id: 'org_pied', name: 'Pied Piper' } }));

  it('shows what the plan of the moment includes, from the next reading on', async () => {
    expect((await balance()).requests).toMatchObject({ used: 0, included: 1_000 });
    const { headers } = await operator('org_pied/balance');
    await operator('org_pied/plan', put({ plan: 'pro' }));
    expect((await balance()).requests).toMatchObject({ used: 0, included: 100_000 });
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await operator('org_pied/balance', { headers: known })).status).toBe(200);
  });

  it('shows at once what a published plan includes more, and keeps it to the end of the period', async () => {
    const [, pro] = SEEDED_PLANS;
    const publish = (includedRequests: number) =>
      publishPlans(
        { store: createPlanStore(fixture.database.pool), ...CLOCK_AND_HASH },
        { drafts: pro === undefined ? [] : [{ ...pro, includedRequests }], effectiveAt: null, publishedBy: 'ada' },
      );
    await publish(150_000);
    expect((await balance()).requests).toMatchObject({ included: 150_000 });
    await publish(100_000);
    expect((await balance()).requests).toMatchObject({ included: 150_000 });
    expect((await operator('org_pied/plan')).body).toMatchObject({ next: { plan: { included_requests: 100_000 } } });
  });

  it('counts in the periods of the organization once it has its own', async () => {
    const used = ['first', 'second'].map((id) => usageOfTokens(id, 1, { organization_id: 'org_pied' }));
    await fixture.feed.apply(used);
    const at = soon(HOUR_MS / 10);
    await operator('org_pied/billing-anchor', put({ day: 15, hour: 0, effective_at: at }));
    const cut = { start: new Date(RUNNING_PERIOD.start).toISOString(), end: at };
    for (const query of ['', '?as_of=2', `?as_of=${new Date().toISOString()}`]) {
      expect(await balance(query)).toMatchObject({ period: cut, requests: { used: 2 } });
    }
    expect(await balance('?as_of=1')).toMatchObject({ period: cut, requests: { used: 1, included: 150_000 } });
  });
});

describe('changes that come at once', () => {
  it('are all recorded, one after the other, and noted with who made them', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `team_${n}`);
    const answers = await Promise.all(
      names.map((team) => operator(`org_globex/teams/${team}`, put({ name: `Team ${team}` }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await operator('org_globex/teams');
    expect([body.teams.length, body.terms_version]).toEqual([20, 20]);
    expect(fixture.api.facts).toContainEqual(
      expect.objectContaining({
        msg: 'terms_changed',
        organizationId: 'org_globex',
        termsVersion: 20,
        change: 'team',
        actor: 'operator',
      }),
    );
  });
});
