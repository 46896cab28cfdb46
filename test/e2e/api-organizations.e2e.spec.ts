import { issueApiKey } from '@floopy/application';
import {
  membersViewSchema,
  organizationViewSchema,
  planViewSchema,
  problemSchema,
  teamsViewSchema,
} from '@floopy/contracts';
import { organizationIdOf } from '@floopy/domain';
import { queriesOf, saveApiKey } from '@floopy/postgres';
import { randomText, sha256 } from '@floopy/runtime';
import { type ApiFixture, openApiFixture, usageOfTokens } from '../support/api-fixture';
import { expectProblem } from '../support/expect-problem';
import { type Answer, apiCaller, type Call, createTestApiKey } from '../support/running-api';

let fixture: ApiFixture;
let operator: ApiFixture['operator'];
let owner: ApiFixture['owner'];

beforeAll(async () => {
  fixture = await openApiFixture({ API_KEY_MEMORY_MS: '0' });
  ({ operator, owner } = fixture);
});

afterAll(() => fixture.close());

const put = (body: object): Call => ({ method: 'PUT', body });

describe('POST organizations', () => {
  const register = (body: object): Promise<Answer> => operator('/v1/organizations', { method: 'POST', body });

  it('creates an organization with an empty ledger on the plan that is named', async () => {
    const { status, body } = await register({ id: 'org_hooli', name: 'Hooli', plan: 'pro', markup_basis_points: 250 });
    expect(status).toBe(201);
    expect(organizationViewSchema.parse(body)).toMatchObject({
      organization_id: 'org_hooli',
      name: 'Hooli',
      status: 'active',
      balance: '0.0000000000',
      plan: { id: 'pro', version: 2, included_requests: 100_000, overage_rate: '0.1000000000' },
      status_history: [],
      terms_version: 1,
      watermark: { position: 0, recorded_at: null },
    });
    expect((await operator('org_hooli')).body).toMatchObject({ organization_id: 'org_hooli', name: 'Hooli' });
    const { body: plan } = await operator('org_hooli/plan');
    expect(plan.history).toMatchObject([{ plan: 'pro', effective_at: '1970-01-01T00:00:00.000Z' }]);
  });

  it('refuses an id that is taken, and changes nothing', async () => {
    expectProblem(await register({ id: 'org_acme', name: 'Other', plan: 'pro' }), 'already_exists');
    expect((await operator('org_acme')).body).toMatchObject({ name: 'org_acme', plan: { id: 'free' } });
  });

  it('refuses a plan that there is not, and what is no organization', async () => {
    expectProblem(await register({ id: 'org_gold', name: 'Gold', plan: 'gold' }), 'unprocessable');
    expectProblem(await operator('org_gold'), 'not_found');
    const faulty = await register({ id: 'org gold', name: '', markup_basis_points: 1.5, owner: 'me' });
    expectProblem(faulty, 'invalid_request');
    const pointers = problemSchema.parse(faulty.body).errors?.map(({ pointer }) => pointer);
    expect(pointers?.toSorted()).toEqual(['/id', '/markup_basis_points', '/name', '/owner']);
  });

  it('is for operators: a key of an organization, and one without the scope, are refused', async () => {
    const call = { method: 'POST', body: { id: 'org_mine', name: 'Mine' } };
    expectProblem(await owner('/v1/organizations', call), 'forbidden');
    const { secret } = await createTestApiKey(fixture.database.pool, null, ['balance:read', 'plan:write']);
    expectProblem(await apiCaller(fixture.api.url, secret)('/v1/organizations', call), 'forbidden');
    expectProblem(await apiCaller(fixture.api.url, null)('/v1/organizations', call), 'unauthorized');
  });
});

describe('members and teams', () => {
  it('are listed as they are now', async () => {
    await owner('org_acme/members/usr_bob', put({ role: 'member' }));
    await owner('org_acme/members/usr_ada', put({ role: 'owner' }));
    const { body } = await owner('org_acme/teams/team_search', put({ name: 'Search' }));
    expect(teamsViewSchema.parse(body).teams).toEqual([{ team_id: 'team_search', name: 'Search' }]);
    expect(membersViewSchema.parse((await owner('org_acme/members')).body).members).toEqual([
      { member_id: 'usr_ada', role: 'owner' },
      { member_id: 'usr_bob', role: 'member' },
    ]);
    const left = await owner('org_acme/members/usr_bob', { method: 'DELETE' });
    expect(left.body.members).toEqual([{ member_id: 'usr_ada', role: 'owner' }]);
  });

  it('keep an owner, who can let others in', async () => {
    await owner('org_acme/members/usr_ada', put({ role: 'owner' }));
    expectProblem(await owner('org_acme/members/usr_ada', { method: 'DELETE' }), 'unprocessable');
    expectProblem(await owner('org_acme/members/usr_ada', put({ role: 'boss' })), 'invalid_request');
  });

  it('are bounded by their role, whatever stands on their key, and refused once they have left', async () => {
    const issued = await issueApiKey(
      { store: { saveApiKey: (key) => saveApiKey(queriesOf(fixture.database.pool), key) }, randomText, sha256 },
      {
        organizationId: organizationIdOf('org_acme'),
        memberId: 'usr_eve',
        name: 'of Eve',
        scopes: ['balance:read', 'plan:write'],
      },
    );
    const eve = apiCaller(fixture.api.url, issued.type === 'issued' ? issued.secret : null);
    expectProblem(await eve('org_acme/plan'), 'unauthorized');
    await owner('org_acme/members/usr_eve', put({ role: 'admin' }));
    expect((await eve('org_acme/plan')).status).toBe(200);
    expectProblem(await eve('org_acme/plan', put({ plan: 'enterprise' })), 'forbidden');
    await owner('org_acme/members/usr_eve', put({ role: 'owner' }));
    const { body } = await eve('org_acme/plan', put({ plan: 'enterprise' }));
    expect(planViewSchema.parse(body).history.at(-1)).toMatchObject({ plan: 'enterprise', changed_by: 'usr_eve' });
    await owner('org_acme/members/usr_eve', put({ role: 'member' }));
    await owner('org_acme/members/usr_eve', { method: 'DELETE' });
    expectProblem(await eve('org_acme/plan'), 'unauthorized');
  });
});

describe('PUT status', () => {
  it('suspends, resumes and closes, and says what is left and what becomes of late usage', async () => {
    const say = (status: string) => operator('org_initech/status', put({ status, reason: `because ${status}` }));
    for (const status of ['suspended', 'active', 'closed']) expect((await say(status)).body).toMatchObject({ status });
    const { balance, position } = await balanceOf('org_initech');
    await fixture.feed.apply([usageOfTokens('late', 7, { organization_id: 'org_initech' })]);
    const late = organizationViewSchema.parse((await operator('org_initech')).body);
    expect(late).toMatchObject({ status: 'closed', late_usage: 'charged_and_counted', terms_version: 3 });
    expect(late.watermark.position).toBe(position + 1);
    expect(Number(balance) - Number(late.balance)).toBeCloseTo(0.007, 10);
    expect(late.status_history.map(({ status, reason }) => [status, reason])).toEqual([
      ['suspended', 'because suspended'],
      ['active', 'because active'],
      ['closed', 'because closed'],
    ]);
  });

  it('is not taken back once it is closed, and neither is anything else changed then', async () => {
    await operator('org_hooli/status', put({ status: 'closed', reason: 'moved away' }));
    expectProblem(await operator('org_hooli/status', put({ status: 'active', reason: 'r' })), 'organization_closed');
    expectProblem(await operator('org_hooli/plan', put({ plan: 'free' })), 'organization_closed');
  });

  async function balanceOf(organization: string): Promise<{ balance: string; position: number }> {
    const { body } = await operator(`${organization}/balance`);
    return { balance: body.balance, position: body.watermark.position };
  }
});
