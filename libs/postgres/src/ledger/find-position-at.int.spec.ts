import { instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { findOrganizationKey } from '../organization/find-organization-key';
import { findPositionAt } from './find-position-at';

/** Sizes of batches, and the milliseconds between them: a batch is recorded at one instant. */
const BATCHES = [
  [3, 0],
  [1, 5],
  [4, 1],
  [2, 0],
  [1, 60_000],
  [7, 3],
] as const;

describe('findPositionAt', () => {
  let database: SeededDatabase;
  let key: number;
  const recorded: number[] = [];
  const start = Date.now() - 3_600_000;

  beforeAll(async () => {
    database = await createSeededDatabase();
    const feed = await openUsageFeed(database.pool);
    let now = start;
    for (const [size, pauseMs] of BATCHES) {
      now += pauseMs;
      const events = Array.from({ length: size }, (_, n) => aPlainUsage({ id: `evt_${recorded.length + n}` }));
      await feed.apply(events, instantOfMilliseconds(now));
      recorded.push(...events.map(() => now));
    }
    key = (await findOrganizationKey(queriesOf(database.pool), organizationIdOf('org_acme'))) ?? 0;
  });

  afterAll(() => database.drop());

  it('finds what a walk through the whole stream finds, at, before and after every entry', async () => {
    const instants = new Set([0, ...recorded.flatMap((instant) => [instant - 1, instant, instant + 1])]);
    for (const instant of instants) {
      const walked = recorded.filter((at) => at <= instant).length;
      const found = await findPositionAt(queriesOf(database.pool), key, instantOfMilliseconds(instant));
      expect({ instant: instant - start, position: found }).toEqual({ instant: instant - start, position: walked });
    }
  });

  it('finds 0 on an empty stream', async () => {
    const empty = (await findOrganizationKey(queriesOf(database.pool), organizationIdOf('org_globex'))) ?? 0;
    expect(await findPositionAt(queriesOf(database.pool), empty, instantOfMilliseconds(Date.now()))).toBe(0);
  });
});
