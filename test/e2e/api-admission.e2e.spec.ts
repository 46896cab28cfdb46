import { admissionReleaseViewSchema, admissionViewSchema, balanceViewSchema, holdsViewSchema } from '@floopy/contracts';
import { type ApiFixture, openApiFixture, usageOfTokens } from '../support/api-fixture';
import { askAdmission, askAdmissions, credit, tallyOf } from '../support/asked-admission';
import { expectProblem } from '../support/expect-problem';
import { type Answer, apiCaller, createTestApiKey } from '../support/running-api';
import { until } from '../support/until';

let fixture: ApiFixture;
let operator: ApiFixture['operator'];

beforeAll(async () => {
  fixture = await openApiFixture({ REQUESTS_PER_SECOND: '100000' });
  operator = fixture.operator;
  for (const id of ['org_dollar', 'org_refused', 'org_shown']) {
    await operator('/v1/organizations', { method: 'POST', body: { id, name: id } });
    await credit(operator, id, '100');
  }
});

afterAll(() => fixture.close());

const remove = (requestId: string, query: string): Promise<Answer> =>
  operator(`/v1/admissions/${requestId}?${query}`, { method: 'DELETE' });
const ask = (organization: string, requestId: string, stated: object = {}): Promise<Answer> =>
  askAdmission(operator, { organization_id: organization, request_id: requestId, ...stated });

describe('POST admissions', () => {
  it('admits a dollar of holds on a dollar, however many ask at once', async () => {
    const answers = await askAdmissions([operator], 'org_dollar', { count: 1_000, name: 'req' });
    expect(tallyOf(answers)).toEqual({ admitted: 100, insufficient_credits: 900 });
    const { body } = await operator('org_dollar/holds?limit=3');
    expect(holdsViewSchema.parse(body)).toMatchObject({ open: 100, open_amount: '100.0000000000', leaked: 0 });
    expect(body.holds).toHaveLength(3);
  });

  it('answers the same hold to whoever asks again', async () => {
    const asked = await ask('org_shown', 'req_again', { attempt_id: 'att_1' });
    expect(admissionViewSchema.parse(asked.body)).toMatchObject({
      decision: 'admitted',
      hold: { amount: '1.0000000000' },
      remaining: { requests: 999, team_budget: null },
      failure_policy: { type: 'closed' },
      watermark: { position: 1 },
    });
    const again = await ask('org_shown', 'req_again', { attempt_id: 'att_1' });
    expect(again.body.hold).toEqual(asked.body.hold);
    const other = await ask('org_shown', 'req_again', { attempt_id: 'att_2' });
    expect(other.body.hold.id).not.toBe(asked.body.hold.id);
    expect(other.body.remaining.requests).toBe(999);
    for (const attempt of ['att_1', 'att_2']) {
      await remove('req_again', `organization_id=org_shown&attempt_id=${attempt}`);
    }
  });
});

describe('a refusal', () => {
  it('says how much there is, how much is held, and how much was needed', async () => {
    await ask('org_refused', 'req_large', { max_output_tokens: 99_000 });
    const refused = await ask('org_refused', 'req_1', { max_output_tokens: 2_000 });
    expectProblem(refused, 'insufficient_credits');
    expect(refused.headers.get('retry-after')).toBeNull();
    expect(refused.body).toMatchObject({
      limit: '100.0000000000',
      used: '0.0000000000',
      held: '99.0000000000',
      needed: '2.0000000000',
      failure_policy: { type: 'closed' },
    });
  });

  it('names the model without a rate, and the feature that the plan lacks', async () => {
    const unpriced = await ask('org_refused', 'req_2', { models: [{ model: 'gpt-9' }] });
    expectProblem(unpriced, 'unpriced_model');
    expect(unpriced.body).toMatchObject({ provider: 'openai', model: 'gpt-9' });
    const lacking = await ask('org_refused', 'req_3', { credential: 'byok' });
    expectProblem(lacking, 'plan_required');
    expect(lacking.body).toMatchObject({ feature: 'byok' });
  });

  it('names every faulty field', async () => {
    const { body } = await ask('org_refused', '', { input_tokens: -1, models: [{}], max_tokens: 1 });
    const pointers = (body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.toSorted()).toEqual(['/input_tokens', '/max_tokens', '/models/0/model', '/request_id']);
    expectProblem(await remove('req_1', 'attempt_id=a'), 'invalid_request');
  });

  it('is the same for an organization that does not exist and for one that is not the caller’s', async () => {
    const { secret } = await createTestApiKey(fixture.database.pool, 'org_globex', ['admission:write']);
    const call = apiCaller(fixture.api.url, secret);
    const others = await askAdmission(call, { organization_id: 'org_refused', request_id: 'req_4' });
    const nobodys = await askAdmission(call, { organization_id: 'org_nobody', request_id: 'req_4' });
    expectProblem(others, 'organization_not_found');
    expect(others.body).toEqual(nobodys.body);
    expect((await ask('org_nobody', 'req_4')).body).toEqual(nobodys.body);
    const path = '/v1/admissions/req_large?organization_id=org_refused';
    expectProblem(await call(path, { method: 'DELETE' }), 'organization_not_found');
    const own = await askAdmission(call, { organization_id: 'org_globex', request_id: 'req_4' });
    expectProblem(own, 'insufficient_credits');
  });
});

describe('DELETE admissions', () => {
  it('gives back what was held, once, and never what has run', async () => {
    await ask('org_shown', 'req_given_back');
    const query = 'organization_id=org_shown';
    const released = await remove('req_given_back', query);
    expect(admissionReleaseViewSchema.parse(released.body)).toMatchObject({ attempt_id: null, outcome: 'released' });
    expect((await remove('req_given_back', query)).body).toMatchObject({ outcome: 'not_open' });
    await ask('org_shown', 'req_run');
    await fixture.feed.apply([usageOfTokens('run', 500, { organization_id: 'org_shown' })]);
    const isSettled = ({ status }: Answer): boolean => status === 409;
    expectProblem(await until(() => ask('org_shown', 'req_run'), isSettled), 'already_settled');
    expectProblem(await remove('req_run', query), 'already_settled');
  });
});

describe('the balance', () => {
  it('shows what is held and what is left beside it, at one position', async () => {
    await fixture.feed.apply([usageOfTokens('beside', 1_000, { organization_id: 'org_shown' })]);
    await ask('org_shown', 'req_held', { max_output_tokens: 3_000 });
    const { body, headers } = await operator('org_shown/balance');
    const { balance, available, open_holds, watermark } = balanceViewSchema.parse(body);
    expect([open_holds, Number(balance) - Number(available)]).toEqual(['3.0000000000', 3]);
    expect(watermark.position).toBeGreaterThan(1);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    await remove('req_held', 'organization_id=org_shown');
    const after = await operator('org_shown/balance', { headers: known });
    expect([after.status, after.body.open_holds]).toEqual([200, '0.0000000000']);
  });

  it('does not say what was held in the past', async () => {
    const { body } = await operator('org_shown/balance?as_of=1');
    expect(balanceViewSchema.parse(body)).toMatchObject({
      balance: '100.0000000000',
      open_holds: null,
      available: null,
    });
  });
});

describe('metrics and health', () => {
  it('count decisions and open holds, and say who may admit', async () => {
    const { body } = await operator('/metrics');
    expect(body).toMatch(/floopy_admission_decisions_total\{.*outcome="admitted".*\} \d\d+/);
    expect(body).toMatch(/floopy_admission_decisions_total\{.*outcome="insufficient_credits".*\} \d{3}/);
    expect(body).toMatch(/floopy_admission_open_holds\{.*\} 1\d\d/);
    expect(body).toMatch(/floopy_admission_owner\{.*\} 1/);
    const ready = await operator('/readyz');
    expect(ready.body.checks.admission).toEqual({ status: 'up', details: { store: 'memory' } });
  });
});
