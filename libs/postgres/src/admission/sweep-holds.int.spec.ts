import { instantOfMilliseconds } from '@floopy/domain';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { queriesOf } from '../connection/queries';
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
});
