import {
  type Amount,
  type BurnRate,
  burnRateOf,
  calendarMonthOf,
  type Instant,
  hourOf,
  instantOfMilliseconds,
  parseAmount,
} from '@floopy/domain';
import {
  ACME,
  catchUp,
  GLOBEX,
  openSpendFixture,
  type SpendFixture,
  spending,
} from '../../../../test/support/spend-fixture';
import { queriesOf } from '../connection/queries';
import { inOrganization } from '../organization/in-organization';
import { listOrganizations } from '../organization/list-organizations';
import { readHourlySpend } from '../spend/read-hourly-spend';
import { SpentHoursMemory } from '../spend/spent-hours-memory';
import { type CurrentBalance, readCurrentBalances } from './read-current-balances';

const NOW = instantOfMilliseconds(Date.UTC(2026, 10, 8, 12, 30));
const NOVEMBER = calendarMonthOf(NOW);
const cents = (text: string): Amount => parseAmount(text) ?? (0n as never);

let fixture: SpendFixture;

beforeEach(async () => {
  fixture = await openSpendFixture();
});

afterEach(() => fixture.close());

function read(keys: readonly number[], spent = new SpentHoursMemory(), now = NOW): Promise<(CurrentBalance | null)[]> {
  const questions = keys.map((organizationKey) => ({ organizationKey, period: NOVEMBER }));
  return readCurrentBalances(queriesOf(fixture.reader), questions, now, spent);
}

/** From all hours of the ledger, each time anew. */
async function burnOf(key: number, now: Instant): Promise<BurnRate | null> {
  const since = hourOf(instantOfMilliseconds(0));
  return burnRateOf(await inOrganization(fixture.reader, key, (queries) => readHourlySpend(queries, key, since)), now);
}

describe('readCurrentBalances', () => {
  it('reads each organization that is asked for as its own reader sees it, and leaves the session bound to none', async () => {
    const [acme, globex] = [fixture.keyOf(ACME), fixture.keyOf(GLOBEX)];
    await fixture.feed.apply([
      spending('1', 1_000),
      spending('2', 500),
      spending('3', 70, { organization_id: GLOBEX }),
      spending('4', 9_000, {}, '2026-10-31T23:59:59.999Z'),
    ]);
    await fixture.database.pool.query(
      `INSERT INTO hold (organization_key, state, position, admitted_at, expires_at, amount, request_id, hold_id)
       VALUES ($1, 1, 0, $2, $2::timestamptz + interval '1 minute', 1, 'req_1', 'hold_1')`,
      [globex, new Date(NOW)],
    );
    await fixture.database.pool.query('INSERT INTO held_organization (organization_key) VALUES ($1)', [acme]);
    const found = await read([globex, 999_999, acme, globex]);
    expect(found).toMatchObject([
      { position: 1, amount: cents('-0.07'), requestsUsed: 1, journal: { hasOpenHolds: true, isHeld: false } },
      null,
      { position: 3, amount: cents('-10.5'), requestsUsed: 2, journal: { hasOpenHolds: false, isHeld: true } },
      { position: 1 },
    ]);
    const [later] = await read([globex], undefined, instantOfMilliseconds(NOW + 60_000));
    expect(later?.journal.hasOpenHolds).toBe(false);
    expect(await listOrganizations(queriesOf(fixture.reader))).toEqual([]);
  });

  it('counts the requests of a period that is cut otherwise than they were posted', async () => {
    const acme = fixture.keyOf(ACME);
    await fixture.feed.apply([
      spending('1', 1, {}, '2026-11-01T00:00:00.000Z'),
      spending('2', 1, {}, '2026-11-04T00:00:00.000Z'),
      spending('3', 1, {}, '2026-11-05T00:00:00.000Z'),
    ]);
    const period = { start: instantOfMilliseconds(Date.UTC(2026, 10, 4)), end: NOVEMBER.end };
    const question = { organizationKey: acme, period };
    const [found] = await readCurrentBalances(queriesOf(fixture.reader), [question], NOW, new SpentHoursMemory());
    expect(found?.requestsUsed).toBe(2);
  });

  it('has the burn rate that the hours of the last week come to, absorbed or not, remembered or not', async () => {
    const acme = fixture.keyOf(ACME);
    const spent = new SpentHoursMemory();
    const burns = async (now = NOW): Promise<(BurnRate | null | undefined)[]> => {
      const [[anew], [remembered]] = [await read([acme], undefined, now), await read([acme], spent, now)];
      return [anew?.burn, remembered?.burn];
    };
    const isExact = async (now = NOW): Promise<void> => {
      const expected = await burnOf(acme, now);
      expect(await burns(now)).toEqual([expected, expected]);
    };
    expect(await burns()).toEqual([null, null]);
    const hoursAgo = [0, 1, 20, 167.5, 168, 168.6, 200];
    await fixture.feed.apply(
      hoursAgo.map((hours, n) => spending(`${n}`, 10 ** n, {}, new Date(NOW - hours * 3_600_000).toISOString())),
    );
    expect(await burnOf(acme, NOW)).toEqual({ spend: cents('11.111'), elapsedMs: 168.5 * 3_600_000 });
    await isExact();
    const round = fixture.follower({ streams: 1, eventsPerStream: 3 });
    await round();
    await isExact();
    await fixture.feed.apply([spending('late', 7, {}, new Date(NOW - 20 * 3_600_000).toISOString())]);
    await isExact();
    await catchUp(round);
    await isExact();
    await isExact(instantOfMilliseconds(NOW + 3 * 3_600_000));
  });
});
