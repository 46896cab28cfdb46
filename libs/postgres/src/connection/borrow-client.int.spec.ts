import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { until } from '../../../../test/support/until';
import { inSnapshot } from '../ledger/stream-connection';
import { inOrganization } from '../organization/in-organization';
import { createRebuildStore } from '../rebuild/rebuild-store';
import { createPool, type DatabasePool } from './pool';
import { type Queries, queriesOf } from './queries';
import { inTransaction } from './transaction';

type Reading = (pool: DatabasePool, work: (queries: Queries) => Promise<void>) => Promise<unknown>;

const REBUILD = { projections: [], organizationId: null, isDryRun: true } as const;

describe('a connection that is lost between two statements', () => {
  let database: TestDatabase;
  let pool: DatabasePool;
  let other: DatabasePool;
  beforeAll(async () => {
    database = await createTestDatabase();
    const pools = { url: database.url, maxConnections: 2, pipeline: true };
    pool = createPool({ ...pools, applicationName: 'lost' });
    other = createPool({ ...pools, applicationName: 'other' });
  });
  afterAll(async () => {
    await Promise.all([pool.end(), other.end()]);
    await database.drop();
  });

  /** Ends every session of the pool, as a server that stops does, and waits until this process must have heard. */
  async function loseConnections(): Promise<void> {
    const sessions = `FROM pg_stat_activity WHERE application_name = 'lost' AND datname = current_database()`;
    await other.query(`SELECT pg_terminate_backend(pid) ${sessions}`);
    await until(
      async () => (await other.query(`SELECT ${sessions}`)).rowCount,
      (count) => count === 0,
    );
    await other.query('SELECT 1');
  }

  it.each<[string, Reading]>([
    ['a transaction', (lent, work) => inTransaction(lent, work)],
    ['a snapshot', (lent, work) => inSnapshot(lent, work)],
    ["an organization's reading", (lent, work) => inOrganization(lent, 1, work)],
  ])('fails %s, and neither the process nor the next one', async (_, reading) => {
    const lost = reading(pool, async (queries) => {
      await loseConnections();
      await queries.query({ text: 'SELECT 1' });
      throw new Error('the rest of it was not reached by a connection');
    });
    await expect(lost).rejects.toThrow(/terminat|not queryable/);
    expect(await queriesOf(pool).query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });

  it('leaves a rebuild to go on without its turn, which ends with the connection that held it', async () => {
    const turn = createRebuildStore(pool).inTurn(REBUILD, async () => {
      await loseConnections();
      return 'went on';
    });
    expect(await turn).toBe('went on');
  });
});
