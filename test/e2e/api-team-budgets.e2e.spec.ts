import { issueApiKey } from '@floopy/application';
import { holdsViewSchema, type TeamBudgetsView, teamBudgetsViewSchema, teamBudgetViewSchema } from '@floopy/contracts';
import { organizationIdOf } from '@floopy/domain';
import { queriesOf, saveApiKey } from '@floopy/postgres';
import { randomText, sha256 } from '@floopy/runtime';
import { type ApiFixture, openApiFixture, RUNNING_PERIOD, usageOfTokens } from '../support/api-fixture';
import { askAdmission, credit } from '../support/asked-admission';
import { expectProblem } from '../support/expect-problem';
import { apiCaller, type Call } from '../support/running-api';
import { type RunningFollower, startTestFollower } from '../support/running-follower';
import { until } from '../support/until';

let fixture: ApiFixture;
let owner: ApiFixture['owner'];

beforeAll(async () => {
  fixture = await openApiFixture({ API_KEY_MEMORY_MS: '0' });
  owner = fixture.owner;
  await owner('org_acme/plan', put({ plan: 'pro' }));
  await fixture.feed.apply([
    usageOfTokens('search_1', 1_000, { team_id: 'team_search' }),
    usageOfTokens('search_2', 2_000, { team_id: 'team_search', request_id: 'req_search_1' }),
    usageOfTokens('chat_1', 400, { team_id: 'team_chat' }),
    usageOfTokens('nobody_1', 50),
    usageOfTokens('long_ago', 7_000, { team_id: 'team_search' }, '2025-05-01T00:00:00Z'),
    usageOfTokens('others', 9_000, { organization_id: 'org_globex', team_id: 'team_search' }),
  ]);
});

afterAll(() => fixture.close());

function put(body: object): Call {
  return { method: 'PUT', body };
}

async function budgets(): Promise<TeamBudgetsView> {
  return teamBudgetsViewSchema.parse((await owner('org_acme/team-budgets')).body);
}

describe('team budgets', () => {
  it('are in force with the answer, and show what is spent of them in the running period', async () => {
    const { status, body } = await owner('org_acme/team-budgets/team_search', put({ limit: '10' }));
    expect(status).toBe(200);
    expect(teamBudgetViewSchema.parse(body)).toMatchObject({
      organization_id: 'org_acme',
      unit: 'cent',
      team_id: 'team_search',
      period: {
        start: new Date(RUNNING_PERIOD.start).toISOString(),
        end: new Date(RUNNING_PERIOD.end).toISOString(),
      },
      limit: '10.0000000000',
      spent: '3.0000000000',
      held: '0.0000000000',
      remaining: '7.0000000000',
      requests: 1,
      watermark: { position: 5 },
    });
  });

  it('are listed by team, with what no team is named for on the last line, and come to what was charged', async () => {
    await owner('org_acme/team-budgets/team_search', put({ limit: '10' }));
    await owner('org_acme/team-budgets/team_idle', put({ limit: '0' }));
    const { budgets: lines, spent } = await budgets();
    expect(lines.map((line) => [line.team_id, line.limit, line.spent, line.remaining])).toEqual([
      ['team_chat', null, '0.4000000000', null],
      ['team_idle', '0.0000000000', '0.0000000000', '0.0000000000'],
      ['team_search', '10.0000000000', '3.0000000000', '7.0000000000'],
      [null, null, '0.0500000000', null],
    ]);
    const [from, to] = [RUNNING_PERIOD.start, RUNNING_PERIOD.end].map((time) => new Date(time).toISOString());
    const { body: used } = await owner(`org_acme/monthly-usage?from=${from}&to=${to}`);
    expect(spent).toBe(used.periods[0].spend);
  });

  it('may be lowered below what is spent, which leaves nothing, and touches no other team', async () => {
    await owner('org_acme/team-budgets/team_chat', put({ limit: '5' }));
    const { body } = await owner('org_acme/team-budgets/team_search', put({ limit: '0.0000000001' }));
    expect(body).toMatchObject({ limit: '0.0000000001', spent: '3.0000000000', remaining: '0.0000000000' });
    const chat = (await budgets()).budgets.find((line) => line.team_id === 'team_chat');
    expect(chat).toMatchObject({ limit: '5.0000000000', remaining: '4.6000000000' });
  });

  it('end when they are deleted, and what was spent stays', async () => {
    await owner('org_acme/team-budgets/team_chat', put({ limit: '5' }));
    const { body } = await owner('org_acme/team-budgets/team_chat', { method: 'DELETE' });
    expect(body).toMatchObject({ team_id: 'team_chat', limit: null, spent: '0.4000000000', remaining: null });
    expect((await owner('org_acme/team-budgets/team_none', { method: 'DELETE' })).body).toMatchObject({ limit: null });
  });

  it('are no part of the plan of everybody', async () => {
    const { operator } = fixture;
    const refused = await operator('org_globex/team-budgets/team_search', put({ limit: '10' }));
    expectProblem(refused, 'plan_required');
    expect(refused.body).toMatchObject({ feature: 'team_budgets' });
    expect((await operator('org_globex/team-budgets')).body).toMatchObject({
      budgets: [{ team_id: 'team_search', limit: null, spent: '9.0000000000' }, { team_id: null }],
    });
  });

  it('show what admitted requests hold, and by how much a limit was lowered below it', async () => {
    await credit(fixture.operator, 'org_acme', '100');
    await owner('org_acme/team-budgets/team_search', put({ limit: '10' }));
    const asked = { organization_id: 'org_acme', max_output_tokens: 2_000 };
    await askAdmission(owner, { ...asked, request_id: 'req_held', team_id: 'team_search' });
    await askAdmission(owner, { ...asked, request_id: 'req_new', team_id: 'team_new' });
    const lines = (await budgets()).budgets;
    expect(lines.find((line) => line.team_id === 'team_search')).toMatchObject({
      spent: '3.0000000000',
      held: '2.0000000000',
      remaining: '5.0000000000',
    });
    expect(lines.find((line) => line.team_id === 'team_new')).toMatchObject({ limit: null, held: '2.0000000000' });
    const { body } = await owner('org_acme/team-budgets/team_search', put({ limit: '4' }));
    expect(body).toMatchObject({ held: '2.0000000000', remaining: '0.0000000000' });
    const refused = await askAdmission(owner, { ...asked, request_id: 'req_refused', team_id: 'team_search' });
    expectProblem(refused, 'team_budget_reached');
    expect(refused.body).toMatchObject({ limit: '4.0000000000', used: '3.0000000000', held: '2.0000000000' });
    const { budget_overshoot: passed } = holdsViewSchema.parse((await owner('org_acme/holds')).body);
    expect(passed).toMatchObject({ lowered_limit: '1.0000000000', standing: '1.0000000000' });
    for (const id of ['req_held', 'req_new']) {
      await owner(`/v1/admissions/${id}?organization_id=org_acme`, { method: 'DELETE' });
    }
    expect((await owner('org_acme/holds')).body.budget_overshoot).toMatchObject({ recovered: '1.0000000000' });
  });

  it.each(['-1', '1e3', '1.00000000001', '', 10, null])('refuse %j as a limit', async (limit) => {
    expectProblem(await owner('org_acme/team-budgets/team_search', put({ limit })), 'invalid_request');
  });

  it('are set by an Owner or an Admin, and read by a Member', async () => {
    const issued = await issueApiKey(
      { store: { saveApiKey: (key) => saveApiKey(queriesOf(fixture.database.pool), key) }, randomText, sha256 },
      {
        organizationId: organizationIdOf('org_acme'),
        memberId: 'usr_eve',
        name: 'of Eve',
        scopes: ['balance:read', 'budgets:write'],
      },
    );
    const eve = apiCaller(fixture.api.url, issued.type === 'issued' ? issued.secret : null);
    const set = () => eve('org_acme/team-budgets/team_search', put({ limit: '10' }));
    await owner('org_acme/members/usr_eve', put({ role: 'member' }));
    expectProblem(await set(), 'forbidden');
    expect((await eve('org_acme/team-budgets')).status).toBe(200);
    await owner('org_acme/members/usr_eve', put({ role: 'admin' }));
    expect((await set()).status).toBe(200);
  });
});

describe('with the follower at work', () => {
  async function untilAbsorbed(entries: number): Promise<void> {
    await until(
      async () => {
        const { rows } = await fixture.database.pool.query<{ absorbed: number }>(
          'SELECT coalesce(sum(sequence), 0)::int AS absorbed FROM follower_checkpoint WHERE follower = 1',
        );
        return rows[0]?.absorbed;
      },
      (absorbed) => absorbed === entries,
    );
  }

  async function appendedEntries(): Promise<number> {
    const { rows } = await fixture.database.pool.query<{ count: number }>('SELECT count(*)::int FROM ledger_event');
    return rows[0]?.count ?? 0;
  }

  it('what is shown stays as it was, through a restart, with a rival, and while usage comes', async () => {
    const before = await budgets();
    const followers: RunningFollower[] = [await startTestFollower(fixture.database.url)];
    await untilAbsorbed(await appendedEntries());
    expect((await fetch(`${followers[0]?.healthUrl}/readyz`)).status).toBe(200);
    expect((await budgets()).budgets).toEqual(before.budgets);
    await followers[0]?.stop();
    await fixture.feed.apply([usageOfTokens('late_1', 10_000, { team_id: 'team_late' })]);
    const tail = await budgets();
    const late = tail.budgets.find((line) => line.team_id === 'team_late');
    expect(late).toMatchObject({ spent: '10.0000000000', requests: 1 });
    const rivals = await Promise.all([1, 2].map(() => startTestFollower(fixture.database.url)));
    await untilAbsorbed(await appendedEntries());
    expect((await budgets()).budgets).toEqual(tail.budgets);
    const absorbed = async () => {
      const texts = await Promise.all(
        rivals.map(async ({ healthUrl }) => (await fetch(`${healthUrl}/metrics`)).text()),
      );
      const counts = texts.map((text) => Number(/floopy_follower_spend_total\{[^}]*\} (\d+)/.exec(text)?.[1]));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    await until(absorbed, (count) => count === 1);
    for (const rival of rivals) await rival.stop();
  });
});
