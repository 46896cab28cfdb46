import { relayDeadLetters } from '@floopy/application';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { createDeadLetterRelayStore } from './dead-letter-relay-store';

const LIMIT = 10;

describe('the store of the dead-letter relay', () => {
  let database: SeededDatabase;

  beforeAll(async () => {
    database = await createSeededDatabase();
    const feed = await openUsageFeed(database.pool);
    await feed.apply([aPlainUsage({ id: 'evt_1', body: { model: 'gpt-9' } })]);
  });

  afterAll(() => database.drop());

  it('locks no letter while the brokers are asked, gives one relay its turn, and tells of each letter once', async () => {
    const store = createDeadLetterRelayStore(database.pool, LIMIT);
    const told: number[] = [];
    let rival: Promise<number> | null = null;
    const publishDeadLetters: Parameters<typeof relayDeadLetters>[0]['publisher']['publishDeadLetters'] = async (
      letters,
    ) => {
      told.push(letters.length);
      await database.pool.query('SELECT FROM dead_letter FOR UPDATE NOWAIT');
      rival ??= relayDeadLetters({ store, publisher: { publishDeadLetters } });
      expect(await rival).toBe(0);
    };
    expect(await relayDeadLetters({ store, publisher: { publishDeadLetters } })).toBe(1);
    expect(await relayDeadLetters({ store, publisher: { publishDeadLetters } })).toBe(0);
    expect(told).toEqual([1, 0]);
  });
});
