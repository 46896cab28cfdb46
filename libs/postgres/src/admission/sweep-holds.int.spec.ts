import { instantOfMilliseconds, NOTHING_LEAKED } from '@floopy/domain';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { cents } from '../../../../test/support/an-admission-question';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { readLeakedHolds } from './read-leaked-holds';
import { sweepHolds } from './sweep-holds';

const NOW = instantOfMilliseconds(Date.UTC(2026, 10, 15, 12));

let database: SeededDatabase;
beforeEach(async () => {
  database = await createSeededDatabase();
  await database.pool.query(
    `INSERT INTO hold (organization_key, request_id, hold_id, amount, position, state, admitted_at, expires_at, closed_at)
     SELECT organization_key, request_id, request_id, 1, 0, state, '2026-11-01', expires_at::timestamptz,
            closed_at::timestamptz
       FROM organization, (VALUES ('open', 1, '2026-11-15T12:05Z', NULL),
                                  ('just_expired', 1, '2026-11-15T11:59:30Z', NULL),
                                  ('leaked', 1, '2026-11-15T11:50Z', NULL),
                                  ('settled', 2, '2026-11-10T12:00Z', '2026-11-09T12:00Z'),
                                  ('settled_long_ago', 2, '2026-11-08T12:00Z', '2026-11-08T11:00Z')
                          ) AS stated (request_id, state, expires_at, closed_at)
      WHERE organization_id = 'org_acme'`,
  );
});
afterEach(() => database.drop());

describe('sweepHolds', () => {
  it('notes what leaked, removes what ended a week ago, and leaves the rest alone', async () => {
    expect(await sweepHolds(queriesOf(database.pool), NOW, 100)).toBe(1);
    expect(await sweepHolds(queriesOf(database.pool), NOW, 100)).toBe(0);
    const { rows } = await database.pool.query('SELECT request_id, state FROM hold ORDER BY request_id');
    expect(rows).toEqual([
      { request_id: 'just_expired', state: 1 },
      { request_id: 'leaked', state: 4 },
      { request_id: 'open', state: 1 },
      { request_id: 'settled', state: 2 },
    ]);
  });

  it('notes as settled what the ledger charged in time, though nobody could note it then', async () => {
    const feed = await openUsageFeed(database.pool);
    const inTime = instantOfMilliseconds(Date.UTC(2026, 10, 15, 11, 40));
    const time = '2026-11-15T11:39:00Z';
    await feed.apply([aPlainUsage({ id: 'evt_1', time, body: { request_id: 'leaked' } })], inTime);
    await sweepHolds(queriesOf(database.pool), NOW, 100);
    const { rows } = await database.pool.query(`SELECT state FROM hold WHERE request_id = 'leaked'`);
    expect(rows).toEqual([{ state: 2 }]);
  });
});

describe('readLeakedHolds', () => {
  async function leaked(limit = 10): ReturnType<typeof readLeakedHolds> {
    const { rows } = await database.pool.query<{ organization_key: number }>(
      `SELECT organization_key FROM organization WHERE organization_id = 'org_acme'`,
    );
    return readLeakedHolds(queriesOf(database.pool), rows[0]?.organization_key ?? 0, NOW, limit);
  }

  it('counts what expired without an end, noted or not, and lists the last first', async () => {
    const expected = { holds: 2, amount: cents(2), newest: [{ requestId: 'just_expired' }, { requestId: 'leaked' }] };
    expect(await leaked()).toMatchObject(expected);
    await sweepHolds(queriesOf(database.pool), NOW, 100);
    expect(await leaked()).toMatchObject(expected);
    expect(await leaked(1)).toMatchObject({ ...expected, newest: [{ requestId: 'just_expired' }] });
  });

  it('leaves out what the ledger charged in time, and not what it charged too late, or for another attempt', async () => {
    const feed = await openUsageFeed(database.pool);
    const usage = (id: string, body: Record<string, unknown>) =>
      aPlainUsage({ id, time: '2026-11-15T11:39:00Z', body });
    const tooLate = instantOfMilliseconds(Date.UTC(2026, 10, 15, 11, 59, 45));
    await feed.apply([usage('evt_1', { request_id: 'leaked' })], tooLate);
    expect(await leaked()).toMatchObject({ holds: 2 });
    await database.pool.query(`UPDATE hold SET attempt_id = 'att_1' WHERE request_id IN ('leaked', 'just_expired')`);
    await database.pool.query(`UPDATE hold SET expires_at = '2026-11-15T11:59:50Z' WHERE request_id = 'leaked'`);
    expect(await leaked()).toMatchObject({ holds: 2 });
    await feed.apply([usage('evt_2', { request_id: 'leaked', attempt_id: 'att_1' })], tooLate);
    expect(await leaked()).toMatchObject({ holds: 1, newest: [{ requestId: 'just_expired' }] });
    await database.pool.query('DELETE FROM hold');
    expect(await leaked()).toEqual(NOTHING_LEAKED);
  });
});
