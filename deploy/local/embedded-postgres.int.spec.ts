import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '../../test/support/temporary-directory';
import { withClient } from '../../test/support/template-database';
import { removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres';
import { identifyProcess } from './processes/process-identity';
import { clusterDirectoryFor } from './postgres/database-cluster';

let home: TemporaryDirectory;
let directory: string;
let server: EmbeddedPostgres | undefined;
beforeEach(() => {
  home = temporaryDirectory();
  directory = join(home.path, 'postgres');
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  removeEmbeddedPostgres(directory);
  home.remove();
});

describe('the embedded Postgres', () => {
  it('keeps what was committed over a kill -9, and its address over every start', async () => {
    server = await start({ durable: true });
    const { url } = server;
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    const killed = server.pid();
    await server.kill();
    expect(identifyProcess(killed)).toBeUndefined();
    await server.restart();
    expect(server.pid()).not.toBe(killed);
    expect(await query(url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);

    await server.stop();
    server = await start();
    expect(server.url).toBe(url);
    expect(await query(url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
  });

  it('takes over after a start that was interrupted, with its lock files left behind', async () => {
    server = await start();
    await server.kill();
    await server.stop();
    // A stranger has the number that Postgres' own lock file names; the lock names a process that never was.
    writeFileSync(join(clusterDirectoryFor(directory), 'postmaster.pid'), `${process.pid}\n`);
    writeFileSync(join(directory, 'owner.json'), JSON.stringify({ pid: 2 ** 30, startMark: 'never' }));
    server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('makes the data directory anew when its first set-up was killed half way', async () => {
    const draft = `${clusterDirectoryFor(directory)}.draft`;
    server = await start();
    await server.stop();
    rmSync(clusterDirectoryFor(directory), { recursive: true });
    writeFileSync(draft, 'half done');
    server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(draft)).toBe(false);
  });

  it('tells when the server ends by itself, and not when it is stopped', async () => {
    server = await start();
    let ended = false;
    void server.unexpectedEnd.then(() => (ended = true));
    await server.stop();
    expect(ended).toBe(false);
    server = await start();
    process.kill(server.pid(), 'SIGKILL');
    await server.unexpectedEnd;
  });

  it('listens on the loopback address alone, and asks for the password', async () => {
    server = await start();
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const withoutPassword = server.url.replace(/:[0-9a-f]{32}@/, ':wrong@');
    await expect(query(withoutPassword, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('flushes a commit when asked to be durable', async () => {
    server = await start({ durable: true });
    expect(await query(server.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await server.stop();
    server = await start();
    expect(await query(server.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
  });
});

function start({ durable } = { durable: false }): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ directory, durable });
}

function query(url: string, sql: string): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
}
