import { calendarMonthOf, instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { findOrganizationKey } from '../organization/find-organization-key';
import { countPeriodRequests } from './count-period-requests';

const day = (number: number) => instantOfMilliseconds(Date.UTC(2026, 9, number));
const OCTOBER = calendarMonthOf(day(1));

describe('countPeriodRequests', () => {
  let database: SeededDatabase;
  let acme: number;

  const count = (start: number, end: number) =>
    countPeriodRequests(queriesOf(database.pool), acme, { start: day(start), end: day(end) });

  beforeAll(async () => {
    database = await createSeededDatabase();
    acme = (await findOrganizationKey(queriesOf(database.pool), organizationIdOf('org_acme'))) ?? 0;
    const feed = await openUsageFeed(database.pool);
    const served = [1, 10, 10, 20, 31].map((date, index) =>
      aPlainUsage({
        id: `evt_${index}`,
        time: new Date(day(date)).toISOString(),
        body: { request_id: `req_${index}` },
      }),
    );
    const retried = aPlainUsage({
      id: 'evt_retry',
      time: new Date(day(20)).toISOString(),
      body: { request_id: 'req_0' },
    });
    await feed.apply([...served, retried, aPlainUsage({ id: 'evt_b', body: { organization_id: 'org_globex' } })]);
  });

  afterAll(() => database.drop());

  it('counts the requests of a calendar month as they were written down', async () => {
    expect(await countPeriodRequests(queriesOf(database.pool), acme, OCTOBER)).toBe(5);
    expect(await count(32, 62)).toBe(0);
  });

  it('counts the requests of a period that was cut another way', async () => {
    expect([await count(1, 10), await count(10, 20), await count(10, 40)]).toEqual([1, 2, 4]);
  });
});
