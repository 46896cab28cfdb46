import { verifyLedger } from '@floopy/application';
import { inLedgerSnapshot } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { UsageFeed } from '../support/applied-usage';
import { proveFed } from '../support/proof-fixture';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { type Recount, recount, type Row } from './recount-overage';
import { EVENTS, live, publishInThePast, randomNumbers, someArrivals, someChanges } from './two-years-of-usage';

/*
 * Twenty-four months of traffic through the consumer's own store, with plans, overage and anchors changing at awkward
 * instants: duplicates, attempts, failures and late usage on two partitions. Judged by a recount that knows the order of the
 * ledger and shares no function with what it judges.
 */

const SEED = 20_261_123;

describe(`two years of an organization under changing plans (seed ${SEED})`, () => {
  let database: SeededDatabase;
  let rows: Row[];
  let recounted: Recount;
  let feeds: UsageFeed[];
  const changes = someChanges(randomNumbers(SEED));

  beforeAll(async () => {
    database = await createSeededDatabase();
    await publishInThePast(database);
    feeds = await live(database, changes, someArrivals(randomNumbers(SEED + 1)));
    rows = await readRows(database);
    recounted = recount(rows, changes);
  }, 300_000);

  afterAll(() => database.drop());

  it('places every request as a recount does', () => {
    expect(rows.length).toBeGreaterThan(EVENTS);
    const placed = rows.map(({ sequence, plan, standing, rate }) => `${sequence} ${plan} ${standing} ${rate ?? ''}`);
    expect(placed).toEqual(recounted.placed);
  });

  it('has met what is rare: both plans with overage, what nobody billed, late units, and repeated attempts', () => {
    const count = (part: string): number => recounted.placed.filter((text) => text.includes(part)).length;
    const rare = [count('mid 2'), count('max 2'), count(' 3 '), count(' 4 '), count(' 5 '), recounted.late];
    expect(rare.filter((times) => times < 5)).toEqual([]);
  });

  it('has written down the overage of every period, and what is carried, to the unit', async () => {
    const periods = await database.pool.query<Record<string, string>>(`
      SELECT ${milliseconds('period_start')} AS start, requests, amount, late_requests, late_amount, excess_requests
        FROM period_overage ORDER BY period_start`);
    expect(periods.rows.map((row) => Object.values(row).join(' '))).toEqual(recounted.periods);
    const carried = await database.pool.query<Record<string, string>>(`
      SELECT ${milliseconds('source_start')} AS source, ${milliseconds('into_start')} AS into, requests, amount
        FROM carried_overage ORDER BY source_start, into_start`);
    expect(carried.rows.map((row) => Object.values(row).join(' '))).toEqual(recounted.carried);
  });

  it('has counted every month, and the latest one in its head', async () => {
    const months = await database.pool.query<Record<string, string>>(`
      SELECT ${milliseconds('period_start')} AS start, sum(requests) AS requests
        FROM monthly_usage GROUP BY period_start HAVING sum(requests) > 0 ORDER BY period_start`);
    expect(months.rows.map((row) => Object.values(row).join(' '))).toEqual(recounted.counts);
    const head = await database.pool.query<Record<string, string>>(
      `SELECT ${milliseconds('period_start')} AS start, period_requests FROM organization_head WHERE period_start IS NOT NULL`,
    );
    expect(head.rows.map((row) => Object.values(row).join(' '))).toEqual(recounted.counts.slice(-1));
  });

  it('is verified from the ledger alone', async () => {
    const { mismatches, checked } = await inLedgerSnapshot(database.pool, (snapshot) =>
      verifyLedger({ snapshot, sha256, onProgress: () => undefined }),
    );
    expect({ mismatches, entries: checked.entries }).toEqual({ mismatches: [], entries: rows.length });
  });

  it('is proven from its records, on whichever partition they came and in whatever order they are read', async () => {
    for (const from of [0, 120]) {
      const { differences, checked } = await proveFed({ database, topic: 'usage.test', feeds }, from);
      expect(differences).toEqual([]);
      expect(checked.entries).toBeGreaterThan(EVENTS / 2);
    }
  });
});

/** A time as milliseconds since 1970. */
function milliseconds(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::int8`;
}

async function readRows({ pool }: SeededDatabase): Promise<Row[]> {
  const { rows } = await pool.query<Row>(`
    SELECT sequence::int, ${milliseconds('occurred_at')}::float8 AS occurred, ${milliseconds('recorded_at')}::float8 AS recorded,
           request_id AS request, outcome IN (1, 2) AS served, plan_id AS plan, standing, overage_rate AS rate
      FROM ledger_event JOIN plan_version ON version = plan_version
     ORDER BY sequence`);
  return rows;
}
