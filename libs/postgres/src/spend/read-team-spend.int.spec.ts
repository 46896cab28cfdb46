import { type Amount, calendarMonthOf, instantOfMilliseconds, type OrganizationId, parseAmount } from '@floopy/domain';
import {
  ACME,
  catchUp,
  GLOBEX,
  openSpendFixture,
  type SpendFixture,
  spending,
} from '../../../../test/support/spend-fixture';
import { inOrganization } from '../organization/in-organization';
import { readHourlySpend } from './read-hourly-spend';
import { readTeamSpend } from './read-team-spend';

const OCTOBER = calendarMonthOf(instantOfMilliseconds(Date.UTC(2026, 9, 1)));
const NOVEMBER = calendarMonthOf(OCTOBER.end);
const cents = (text: string): Amount => parseAmount(text) ?? (0n as never);

let fixture: SpendFixture;

beforeEach(async () => {
  fixture = await openSpendFixture();
});

afterEach(() => fixture.close());

function teamsOf(organizationId: OrganizationId, period = NOVEMBER) {
  const key = fixture.keyOf(organizationId);
  return inOrganization(fixture.reader, key, (queries) => readTeamSpend(queries, key, period));
}

describe('readTeamSpend', () => {
  it('is exact before anything was absorbed, half-way, and after, with a line for what no team is named for', async () => {
    await fixture.feed.apply([
      spending('1', 1, { team_id: 'team_a' }),
      spending('2', 20, { team_id: 'team_b' }),
      spending('3', 300),
      spending('4', 4_000, { team_id: 'team_a' }, '2026-10-31T23:59:59.999Z'),
      spending('5', 50_000, { organization_id: 'org_globex', team_id: 'team_a' }),
    ]);
    const expected = [
      { teamId: 'team_a', spend: cents('0.001'), requests: 1 },
      { teamId: 'team_b', spend: cents('0.02'), requests: 1 },
      { teamId: null, spend: cents('0.3'), requests: 1 },
    ];
    expect(await teamsOf(ACME)).toEqual(expected);
    const round = fixture.follower({ streams: 1, eventsPerStream: 2 });
    await round();
    expect(await teamsOf(ACME)).toEqual(expected);
    await catchUp(round);
    expect(await teamsOf(ACME)).toEqual(expected);
    expect(await teamsOf(ACME, OCTOBER)).toEqual([{ teamId: 'team_a', spend: cents('4'), requests: 1 }]);
  });

  it('shows a reader that is bound to one organization nothing of another', async () => {
    await fixture.feed.apply([spending('1', 1, { organization_id: 'org_globex', team_id: 'team_b' })]);
    await catchUp(fixture.follower());
    const others = await inOrganization(fixture.reader, fixture.keyOf(ACME), (queries) =>
      readTeamSpend(queries, fixture.keyOf(GLOBEX), NOVEMBER),
    );
    expect(others).toEqual([]);
    expect(await teamsOf(GLOBEX)).toHaveLength(1);
  });
});

describe('readHourlySpend', () => {
  it('sums by hour of occurrence what was absorbed and what was not', async () => {
    const times = ['09:59:59.999', '10:00:00.000', '10:59:59.999', '11:00:00.000'];
    await fixture.feed.apply(times.map((time, n) => spending(`${n}`, 10 ** n, {}, `2026-11-01T${time}Z`)));
    const hour = (number: number) => instantOfMilliseconds(Date.UTC(2026, 10, 1, number));
    const expected = [
      { hour: hour(10), spend: cents('0.11'), requests: 2 },
      { hour: hour(11), spend: cents('1'), requests: 1 },
    ];
    const acme = fixture.keyOf(ACME);
    const hours = () => inOrganization(fixture.reader, acme, (queries) => readHourlySpend(queries, acme, hour(10)));
    expect(await hours()).toEqual(expected);
    const round = fixture.follower({ streams: 1, eventsPerStream: 3 });
    await round();
    expect(await hours()).toEqual(expected);
    await catchUp(round);
    expect(await hours()).toEqual(expected);
  });
});
