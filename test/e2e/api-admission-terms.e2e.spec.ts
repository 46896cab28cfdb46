import { changeTerms, publishPlans } from '@floopy/application';
import { organizationIdOf, parseAmount, SEEDED_PLANS } from '@floopy/domain';
import { createPlanStore, createTermsStore } from '@floopy/postgres';
import { type ApiFixture, openApiFixture, RUNNING_PERIOD, usageOfTokens } from '../support/api-fixture';
import { askAdmission, askAdmissions, credit, tallyOf } from '../support/asked-admission';
import { expectProblem } from '../support/expect-problem';
import type { Answer, Call } from '../support/running-api';
import { CLOCK_AND_HASH } from '../support/seeded-database';
import { until } from '../support/until';

const RESETS = new Date(RUNNING_PERIOD.end).toISOString();
/** At least as many as everybody has, so that it takes effect at once. */
const INCLUDED = 1_001;

let fixture: ApiFixture;
let operator: ApiFixture['operator'];

beforeAll(async () => {
  fixture = await openApiFixture({ REQUESTS_PER_SECOND: '100000' });
  operator = fixture.operator;
  const [, pro] = SEEDED_PLANS;
  const drafts = pro === undefined ? [] : [{ ...pro, id: 'brief', name: 'Brief', includedRequests: INCLUDED }];
  const ports = { store: createPlanStore(fixture.database.pool), ...CLOCK_AND_HASH };
  await publishPlans(ports, { drafts, effectiveAt: null, publishedBy: 'ada' });
  for (const id of ['org_brief', 'org_terms']) {
    await operator('/v1/organizations', { method: 'POST', body: { id, name: id } });
    await credit(operator, id, '1000');
  }
});

afterAll(() => fixture.close());

const put = (body: object): Call => ({ method: 'PUT', body });
const ask = (organization: string, requestId: string, stated: object = {}): Promise<Answer> =>
  askAdmission(operator, { organization_id: organization, request_id: requestId, ...stated });

/** As another process does it, which has nobody to tell. */
async function limitTeam(cents: string): Promise<void> {
  const ports = { store: createTermsStore(fixture.database.pool), ...CLOCK_AND_HASH, onChanged: async () => undefined };
  const outcome = await changeTerms(ports, {
    organizationId: organizationIdOf('org_terms'),
    change: { type: 'team_budget', teamId: 'search', limit: parseAmount(cents) },
    effectiveAt: null,
    actor: 'operator',
    changedBy: 'ada',
  });
  expect(outcome.type).toBe('changed');
}

describe('the next decision', () => {
  it('admits exactly what the allowance leaves, and more once overage is agreed to', async () => {
    await operator('org_brief/plan', put({ plan: 'brief' }));
    for (const batch of ['a', 'b']) {
      const count = batch === 'a' ? 500 : 451;
      const used = Array.from({ length: count }, (_, n) =>
        usageOfTokens(`${batch}_${n}`, 1, { organization_id: 'org_brief' }),
      );
      await fixture.feed.apply(used);
    }
    const answers = await askAdmissions([operator], 'org_brief', { count: 200, name: 'req' });
    expect(tallyOf(answers)).toEqual({ admitted: 50, monthly_limit_reached: 150 });
    const refused = await ask('org_brief', 'req_more');
    expectProblem(refused, 'monthly_limit_reached');
    expect(refused.body).toMatchObject({ limit: INCLUDED, used: INCLUDED - 50, held: 50, reset_at: RESETS });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(Math.abs(Date.now() + seconds * 1_000 - RUNNING_PERIOD.end)).toBeLessThan(10_000);
    await operator('org_brief/overage', put({ enabled: true }));
    expect((await ask('org_brief', 'req_more')).status).toBe(200);
    await operator('org_brief/overage', put({ enabled: false }));
    expectProblem(await ask('org_brief', 'req_later'), 'monthly_limit_reached');
  });

  it('refuses once the organization is suspended, and no longer once it is not', async () => {
    expect((await ask('org_terms', 'req_1')).status).toBe(200);
    await operator('org_terms/status', put({ status: 'suspended', reason: 'unpaid' }));
    expectProblem(await ask('org_terms', 'req_2'), 'organization_suspended');
    await operator('org_terms/status', put({ status: 'active', reason: 'paid' }));
    expect((await ask('org_terms', 'req_2')).status).toBe(200);
  });

  it('refuses within a round a team whose budget another process has set too low for it, and no other team', async () => {
    await operator('org_terms/plan', put({ plan: 'pro' }));
    let asked = 0;
    const next = (): Promise<Answer> => ask('org_terms', `req_team_${(asked += 1)}`, { team_id: 'search' });
    expect((await next()).status).toBe(200);
    await limitTeam('0.5');
    const refused = await until(next, ({ status }) => status === 429);
    expectProblem(refused, 'team_budget_reached');
    expect(refused.headers.get('retry-after')).not.toBeNull();
    const figures = { limit: '0.5000000000', used: '0.0000000000', needed: '1.0000000000', reset_at: RESETS };
    expect(refused.body).toMatchObject(figures);
    expect((await ask('org_terms', 'req_other_team', { team_id: 'ads' })).status).toBe(200);
    await limitTeam('200');
    const { body } = await until(next, ({ status }) => status === 200);
    expect(Number(body.remaining.team_budget)).toBeLessThan(200);
  });
});
