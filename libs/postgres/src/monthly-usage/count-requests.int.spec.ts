import { type BillingPeriod, calendarMonthOf, instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { findOrganizationKey } from '../organization/find-organization-key';
import { countRequests } from './count-requests';

const MONTHS = [Date.UTC(2026, 7, 31), Date.UTC(2026, 8, 1), Date.UTC(2026, 9, 1)];
const ENTRIES = 24;

/** Months in turn, every third request a second attempt of the one before, every fifth not served. */
function eventAt(n: number) {
  return aPlainUsage({
    id: `evt_${n}`,
    time: new Date(MONTHS[n % MONTHS.length] ?? 0).toISOString(),
    body: {
      request_id: n % 3 === 2 ? `req_${n - 1}` : `req_${n}`,
      outcome: n % 5 === 0 ? 'upstream_error' : 'succeeded',
      usage: { input_tokens: 0, output_tokens: 1 },
    },
  });
}

describe('countRequests', () => {
  let database: SeededDatabase;
  let key: number;

  beforeAll(async () => {
    database = await createSeededDatabase();
    const feed = await openUsageFeed(database.pool);
    await feed.apply(Array.from({ length: ENTRIES }, (_, n) => eventAt(n)));
    key = (await findOrganizationKey(queriesOf(database.pool), organizationIdOf('org_acme'))) ?? 0;
  });

  afterAll(() => database.drop());

  /** What a walk through the events finds: the first served attempt counts, in the month in which it occurred. */
  function walk(period: BillingPeriod, position: number): number {
    const counted = new Set<string>();
    let requests = 0;
    for (let n = 0; n < position; n += 1) {
      const request = n % 3 === 2 ? `req_${n - 1}` : `req_${n}`;
      if (n % 5 === 0 || counted.has(request)) continue;
      counted.add(request);
      const occurredAt = MONTHS[n % MONTHS.length] ?? 0;
      if (occurredAt >= period.start && occurredAt < period.end) requests += 1;
    }
    return requests;
  }

  it('counts at every position, from the begin and from the end, what a walk through the stream counts', async () => {
    for (const month of MONTHS) {
      const period = calendarMonthOf(instantOfMilliseconds(month));
      for (let position = 0; position <= ENTRIES; position += 1) {
        const place = { position, end: ENTRIES };
        const requests = await countRequests(queriesOf(database.pool), key, period, place);
        expect({ month, position, requests }).toEqual({ month, position, requests: walk(period, position) });
      }
    }
  });
});
