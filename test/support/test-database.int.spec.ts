import { Client } from 'pg';
import { createTestDatabase } from './test-database';

describe('a test database', () => {
  it('is a clone of the migrated schema that no other test sees', async () => {
    const [first, second] = [await createTestDatabase(), await createTestDatabase()];
    await run(first.url, 'CREATE TABLE only_here (a int)');
    await expect(run(second.url, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
    expect(await run(second.url, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'floopy%' ORDER BY 1")).toEqual([
      { rolname: 'floopy_reader' },
      { rolname: 'floopy_writer' },
    ]);
    await Promise.all([first.drop(), second.drop()]);
  });

  it('fails the test that leaves a connection open, and names the connection', async () => {
    const database = await createTestDatabase();
    const leaked = new Client({ connectionString: database.url, application_name: 'forgetful' });
    leaked.on('error', () => undefined);
    await leaked.connect();
    await leaked.query('SELECT 1 AS one');
    await expect(database.drop()).rejects.toThrow(/1 connection[\s\S]*forgetful \(idle\): SELECT 1 AS one/);
  });
});

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
