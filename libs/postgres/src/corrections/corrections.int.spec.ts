import { reverseCharge, type Verification, verifyLedger } from '@floopy/application';
import {
  calendarMonthOf,
  formatAmount,
  instantOfMilliseconds,
  type OrganizationId,
  organizationIdOf,
  parseInstant,
} from '@floopy/domain';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { catchUp, openSpendFixture, type SpendFixture, spending } from '../../../../test/support/spend-fixture';
import { redriveIn } from '../../../../test/support/dead-letters-fixture';
import { CLOCK_AND_HASH } from '../../../../test/support/seeded-database';
import { aPlainVoid } from '../../../../test/support/usage-records';
import { createAdmissionSource } from '../admission/admission-source';
import { createPool } from '../connection/pool';
import { type Queries, queriesOf } from '../connection/queries';
import { inLedgerSnapshot } from '../ledger/stream-ledger';
import { readMonthlyUsage } from '../monthly-usage/read-monthly-usage';
import { readRequest } from '../requests/read-request';
import { readRequestLog } from '../requests/read-request-log';
import { readHourlySpend } from '../spend/read-hourly-spend';
import { readSpend } from '../spend/read-spend';
import { readTeamSpend } from '../spend/read-team-spend';
import { createCorrectionStore } from './correction-store';
import { readCorrections } from './read-corrections';

const ACME = organizationIdOf('org_acme');
const TIME = '2026-11-01T10:00:00.000Z';
const NOVEMBER = calendarMonthOf(parseInstant(TIME) ?? instantOfMilliseconds(0));

let fixture: SpendFixture;
beforeEach(async () => {
  fixture = await openSpendFixture();
});
afterEach(() => fixture.close());

function reverse(
  sequence: number,
  stated: { readonly uncount?: boolean; readonly organizationId?: OrganizationId } = {},
) {
  const { uncount = false, organizationId = ACME } = stated;
  const ports = { store: createCorrectionStore(fixture.database.pool), ...CLOCK_AND_HASH };
  return reverseCharge(ports, { organizationId, sequence, reason: 'cut off', uncount });
}

function verify(): Promise<Verification> {
  return inLedgerSnapshot(fixture.database.pool, (snapshot) =>
    verifyLedger({ snapshot, sha256: CLOCK_AND_HASH.sha256, onProgress: () => undefined }),
  );
}

async function rowOf<Row extends object>(text: string): Promise<Row> {
  const { rows } = await fixture.database.pool.query<Row>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

/** What every reader says was spent and counted in November: all of them must agree. */
async function toldBy(queries: Queries, key: number): Promise<Record<string, string>> {
  const months = await readMonthlyUsage(queries, key, { start: NOVEMBER.start, end: NOVEMBER.end });
  const teams = await readTeamSpend(queries, key, NOVEMBER);
  const hours = await readHourlySpend(queries, key, NOVEMBER.start);
  const spend = await readSpend(queries, { organizationKey: key, occurred: NOVEMBER, groupBy: ['team', 'model'] });
  const told = (lines: readonly { readonly spend: bigint; readonly requests: number }[]): string => {
    const sum = lines.reduce((total, line) => total + line.spend, 0n);
    return `${formatAmount(sum as never)} for ${lines.reduce((total, line) => total + line.requests, 0)}`;
  };
  return { months: told(months), teams: told(teams), hours: told(hours), spend: told(spend.groups) };
}

const all = (said: string) => ({ months: said, teams: said, hours: said, spend: said });

describe('a reversal', () => {
  it('gives a charge back once, whoever asks at the same time, and everything that sums agrees', async () => {
    const events = [1, 2, 3].map((n) =>
      spending(`evt_${n}`, 1_000 * n, { request_id: `req_${n}`, team_id: 'team_a' }, TIME),
    );
    await fixture.feed.apply(events);
    const queries = queriesOf(fixture.database.pool);
    const key = fixture.keyOf(ACME);
    const before = await toldBy(queries, key);
    expect(before).toEqual(all('6.0000000000 for 3'));
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => reverse(2)));
    expect(outcomes.map((each) => (each.type === 'refused' ? each.code : each.type)).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'already_reversed'),
      'reversed',
    ]);
    expect(await toldBy(queries, key)).toEqual(all('4.0000000000 for 3'));
    await catchUp(fixture.follower());
    expect(await toldBy(queries, key)).toEqual(all('4.0000000000 for 3'));
    expect(await verify()).toMatchObject({ ok: true, mismatches: [] });
  });

  it('takes a request out of the count when it is told to, also behind what was absorbed', async () => {
    await fixture.feed.apply([spending('evt_1', 1_000, { request_id: 'req_1' }, TIME), spending('evt_2', 1, {}, TIME)]);
    await catchUp(fixture.follower());
    expect(await reverse(1, { uncount: true })).toMatchObject({ type: 'reversed', count: { requests: 1 } });
    const queries = queriesOf(fixture.database.pool);
    expect(await toldBy(queries, fixture.keyOf(ACME))).toEqual(all('0.0010000000 for 1'));
    await catchUp(fixture.follower());
    expect(await toldBy(queries, fixture.keyOf(ACME))).toEqual(all('0.0010000000 for 1'));
    expect(await rowOf('SELECT period_requests::int AS requests FROM organization_head WHERE sequence > 0')).toEqual({
      requests: 1,
    });
    // Its other attempts are of a request that had counted: they do not count again.
    await fixture.feed.apply([spending('evt_3', 1, { request_id: 'req_1', attempt_id: 'att_2' }, TIME)]);
    expect(await toldBy(queries, fixture.keyOf(ACME))).toEqual(all('0.0020000000 for 1'));
    expect(await verify()).toMatchObject({ ok: true, mismatches: [] });
  });

  it('refuses what is not there, and what is no charge', async () => {
    await fixture.feed.apply([spending('evt_1', 1_000, {}, TIME)]);
    await reverse(1);
    const codeOf = async (outcome: ReturnType<typeof reverse>) => {
      const refused = await outcome;
      return refused.type === 'refused' ? refused.code : refused.type;
    };
    expect(await codeOf(reverse(7))).toBe('unknown_entry');
    expect(await codeOf(reverse(2))).toBe('not_a_charge');
    expect(await codeOf(reverse(1, { organizationId: organizationIdOf('org_none') }))).toBe('unknown_organization');
  });

  it('is held to once by the database itself', async () => {
    await fixture.feed.apply([spending('evt_1', 1_000, {}, TIME)]);
    await reverse(1);
    const columns =
      'organization_key, type, amount, balance_after, occurred_at, recorded_at, cause_kind, cause_id, hash, uncounted';
    await expect(
      fixture.database.pool.query(
        `INSERT INTO ledger_event (sequence, ${columns}) SELECT 3, ${columns} FROM ledger_event WHERE cause_kind = 3`,
      ),
    ).rejects.toThrow('ledger_event_reversal');
  });

  it('stands beside its charge in the log, and on the receipt of the request', async () => {
    await fixture.feed.apply([spending('evt_1', 1_000, { request_id: 'req_1' }, TIME)]);
    await reverse(1, { uncount: true });
    const queries = queriesOf(fixture.database.pool);
    const organization = { organizationKey: fixture.keyOf(ACME), organizationId: ACME };
    const log = await readRequestLog(queries, {
      ...organization,
      limit: 10,
      occurred: { start: instantOfMilliseconds(0), end: null },
      until: 10,
      below: null,
      filter: {},
    });
    expect(log.charges.map(({ event }) => event.sequence)).toEqual([1]);
    const corrections = await readCorrections(queries, organization, [1]);
    expect(corrections.get(1)).toMatchObject([{ sequence: 2, reason: 'cut off', correction: { uncounted: true } }]);
    const request = await readRequest(queries, organization, 'req_1');
    expect(request.map(({ event }) => event.cause.kind)).toEqual(['usage_event', 'reversal']);
  });
});

describe('what admission follows', () => {
  it('is told of a correction: what it gives back, to whom, and whether its request counts no more', async () => {
    await fixture.feed.apply([spending('evt_1', 1_000, { request_id: 'req_1', team_id: 'team_a' }, TIME)]);
    await reverse(1, { uncount: true });
    const source = createAdmissionSource(fixture.database.pool);
    const [stretch] = await source.readMoved([{ organizationId: ACME, position: 0, termsVersion: 0 }]);
    expect(stretch?.entries).toMatchObject([
      { type: 'usage', charge: 10_000_000_000n, counts: true },
      {
        type: 'correction',
        credit: 10_000_000_000n,
        teamId: 'team_a',
        periodStart: NOVEMBER.start,
        uncounts: true,
      },
    ]);
    const now = CLOCK_AND_HASH.clock();
    const snapshot = await source.read(ACME, now);
    expect(snapshot).toMatchObject({ balance: 0n, position: 2 });
  });
});

describe('a void from a producer', () => {
  const voidOf = (id: string) => aPlainVoid(id, { body: { source: '/floopy/gateway/eu-1' } });

  it('reverses its event once, in the batch of the event or years later, and keeps the partition equation', async () => {
    const events = [1, 2, 3].map((n) => spending(`evt_${n}`, 1_000, { request_id: `req_${n}` }, TIME));
    const first = await fixture.feed.apply([...events, voidOf('evt_1'), voidOf('evt_1'), voidOf('evt_9')]);
    expect(first).toMatchObject({ applied: 4, duplicates: 1, parked: [{ reason: 'unknown_event' }] });
    const other = { ...voidOf('evt_1'), id: 'void_other' };
    const second = await fixture.feed.apply([voidOf('evt_2'), other, voidOf('evt_1')]);
    expect(second).toMatchObject({ applied: 1, duplicates: 2, parked: [] });
    expect(await toldBy(queriesOf(fixture.database.pool), fixture.keyOf(ACME))).toEqual(all('1.0000000000 for 1'));
    await catchUp(fixture.follower());
    expect(await toldBy(queriesOf(fixture.database.pool), fixture.keyOf(ACME))).toEqual(all('1.0000000000 for 1'));
    expect(await verify()).toMatchObject({ ok: true, mismatches: [] });
  });

  it('reaches back to an earlier month, and is a conflict when its identity is taken by another content', async () => {
    await fixture.feed.apply([spending('evt_1', 1_000, { request_id: 'req_1' }, '2026-10-05T00:00:00.000Z')]);
    await fixture.feed.apply([spending('evt_2', 1_000, { request_id: 'req_2' }, TIME)]);
    const changed = { ...voidOf('evt_2'), id: 'void_evt_1' };
    const outcome = await fixture.feed.apply([
      voidOf('evt_1'),
      spending('evt_3', 1, { request_id: 'req_3' }, '2026-10-06T00:00:00.000Z'),
      changed,
    ]);
    expect(outcome).toMatchObject({ applied: 2, parked: [{ reason: 'conflict' }] });
    expect(await verify()).toMatchObject({ ok: true, mismatches: [] });
    const { requests } = await rowOf<{ requests: number }>(
      "SELECT requests::int FROM monthly_usage WHERE period_start = '2026-10-01T00:00:00Z'",
    );
    expect(requests).toBe(1);
  });

  it('waits when it comes before its event, and is driven again after it', async () => {
    await fixture.feed.apply([voidOf('evt_1')]);
    expect(await redriveIn(fixture.database.pool, {})).toMatchObject({ parked: new Map([['unknown_event', 1]]) });
    await fixture.feed.apply([spending('evt_1', 1_000, { request_id: 'req_1' }, TIME)]);
    expect(await redriveIn(fixture.database.pool, { reason: 'unknown_event' })).toMatchObject({ applied: 1 });
    expect(await toldBy(queriesOf(fixture.database.pool), fixture.keyOf(ACME))).toEqual(all('0.0000000000 for 0'));
    expect(await fixture.feed.apply([voidOf('evt_1')])).toMatchObject({ applied: 0, duplicates: 1 });
    expect(await verify()).toMatchObject({ ok: true, mismatches: [] });
  });

  it('costs a batch that has none no statement at all', async () => {
    const pool = createPool({
      url: fixture.database.url,
      applicationName: 'test',
      maxConnections: 1,
      pipeline: true,
    });
    const asked = async (): Promise<string[]> => {
      const { rows } = await pool.query<{ name: string }>('SELECT name FROM pg_prepared_statements');
      return rows.map(({ name }) => name).filter((name) => /void|correction/.test(name));
    };
    const feed = await openUsageFeed(pool, 'usage.voids');
    await feed.apply([spending('kept', 1_000), spending('mistake', 1_000)]);
    expect(await asked()).toEqual([]);
    await feed.apply([aPlainVoid('mistake')]);
    expect(await asked()).toEqual(expect.arrayContaining(['read_voided_charges', 'read_charge_corrections']));
    await pool.end();
  });

  it('adds nothing after an operator has reversed the event, and the operator nothing after it', async () => {
    await fixture.feed.apply([1, 2].map((n) => spending(`evt_${n}`, 1_000, { request_id: `req_${n}` }, TIME)));
    await reverse(1);
    expect(await fixture.feed.apply([voidOf('evt_1'), voidOf('evt_2')])).toMatchObject({ applied: 1, duplicates: 1 });
    expect(await reverse(2)).toMatchObject({ type: 'refused', code: 'already_reversed' });
    expect(await verify()).toMatchObject({ ok: true, mismatches: [] });
  });
});
