import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  commandLineOf,
  isRunning,
  waitForEnd,
  type ProcessIdentity,
} from '../../deploy/local/processes/process-identity';
import { removeEmbeddedPostgres } from '../../deploy/local/embedded-postgres';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { readStarted, type Started } from '../../deploy/local/start/started-file';
import { descendantsOf } from '../support/process-tree';
import { testServers } from '../support/servers';
import { temporaryDirectory } from '../support/temporary-directory';
import { createTestDatabase } from '../support/test-database';

const PATIENCE_MS = 240_000;
const POLL_MS = 100;
/** Of a start: the broker, Postgres, five apps, the watchdog. */
const LEAST_PROCESSES = 8;

const home = temporaryDirectory();
const directory = join(home.path, 'local');
afterAll(() => {
  removeEmbeddedPostgres(join(directory, 'postgres'));
  home.remove();
});

describe('npm start', () => {
  let first: Started;

  it(
    'starts everything on an empty directory, leaves addresses and keys for scripts, and stops without a trace',
    async () => {
      const running = start('--no-traffic');
      first = await untilStarted(running);
      expect(statSync(join(directory, 'started.json')).mode & 0o777).toBe(0o600);
      expect(first.pid).toBe(running.child.pid);
      expect(await balanceOf(first)).toMatchObject({ organization_id: first.organizations[0]?.id, unit: 'cent' });
      expect(running.printed()).toContain('Kafka: embedded; Postgres: embedded');
      const processes = descendantsOf(first.pid);
      expect(processes.length).toBeGreaterThanOrEqual(LEAST_PROCESSES);

      const stopped = run('stop.mjs');
      expect(await stopped.ended).toBe(0);
      expect(stopped.printed()).toContain(`Stopped (process ${first.pid})`);
      expect(await running.ended).toBe(0);
      await expectNoTrace(processes);
    },
    PATIENCE_MS,
  );

  it(
    'goes on at the same addresses with the same keys, refuses a second start beside it, and ends with the log of a part that ends',
    async () => {
      const running = start('--no-traffic');
      const again = await untilStarted(running);
      expect(again).toEqual({ ...first, pid: running.child.pid });
      expect(await balanceOf(again)).toMatchObject({ unit: 'cent' });

      const second = start('--no-traffic');
      expect(await second.ended).toBe(1);
      expect(second.printed()).toContain(`It runs already (process ${again.pid}, at ${again.api_url})`);
      expect(readStarted(directory)).toEqual(again);

      const processes = descendantsOf(again.pid);
      const [part] = processes.filter((child) => commandLineOf(child.pid).includes('apps/api/src/main.js'));
      process.kill(part?.pid ?? 0, 'SIGKILL');
      expect(await running.ended).toBe(1);
      expect(running.printed()).toMatch(/api has ended by itself\. Its log, .*api\.log, ends with:/);
      await expectNoTrace(processes);
    },
    PATIENCE_MS,
  );

  it(
    'leaves nothing when it is killed itself, starts again after that, and obeys Ctrl-C',
    async () => {
      const killed = start('--no-traffic');
      const processes = descendantsOf((await untilStarted(killed)).pid);
      killed.child.kill('SIGKILL');
      await killed.ended;
      for (const child of processes) expect(await waitForEnd(child, 30_000)).toBe(true);
      expect(existsSync(join(directory, 'owner.json'))).toBe(true);

      const next = start('--fresh');
      const started = await untilStarted(next);
      expect(started.organizations.map((organization) => organization.api_key)).not.toEqual(
        first.organizations.map((organization) => organization.api_key),
      );
      await untilTrafficArrives(started);
      const leftovers = descendantsOf(started.pid);
      next.child.kill('SIGINT');
      expect(await next.ended).toBe(0);
      await expectNoTrace(leftovers);
    },
    PATIENCE_MS,
  );

  it('says what to install where there is no Java, and that nothing runs when asked to stop', async () => {
    const elsewhere = join(home.path, 'elsewhere');
    const programs = join(home.path, 'programs');
    mkdirSync(programs);
    symlinkSync(process.execPath, join(programs, 'node'));
    const lacking = run('start.mjs', ['--directory', elsewhere], { PATH: programs, JAVA_HOME: undefined });
    expect(await lacking.ended).toBe(1);
    expect(lacking.printed()).toMatch(/No Kafka can be started: no Java answers.*Install a Java 17 or later and Maven/);
    expect(readdirSync(elsewhere)).not.toContain('owner.json');

    const stopping = run('stop.mjs', ['--directory', elsewhere]);
    expect(await stopping.ended).toBe(0);
    expect(stopping.printed()).toContain('Nothing runs in');
  });

  it(
    'uses the servers that were given, starts none beside them, and leaves them running',
    async () => {
      const servers = testServers();
      const database = await createTestDatabase();
      const given = { KAFKA_BROKERS: servers.kafkaBrokers.join(','), DATABASE_URL: database.url };
      const running = run('start.mjs', ['--directory', directory, '--no-traffic'], given);
      const started = await untilStarted(running);
      expect(started).toMatchObject({ kafka_brokers: servers.kafkaBrokers, database_url: database.url });
      expect(running.printed()).toContain(`Kafka: given (${given.KAFKA_BROKERS}); Postgres: given`);
      const children = descendantsOf(started.pid).map((child) => commandLineOf(child.pid));
      expect(children.filter((command) => /kafka\.Kafka|bin\/postgres/.test(command))).toEqual([]);
      expect(await balanceOf(started)).toMatchObject({ balance: '100000.0000000000' });
      running.child.kill('SIGTERM');
      expect(await running.ended).toBe(0);
      // Fails when a process of the start is still connected.
      await database.drop();
    },
    PATIENCE_MS,
  );

  it('names the address that was given and does not answer', async () => {
    const given = run('start.mjs', ['--directory', join(home.path, 'given')], { KAFKA_BROKERS: '127.0.0.1:1' });
    expect(await given.ended).toBe(1);
    expect(given.printed()).toContain('KAFKA_BROKERS names 127.0.0.1:1, but nothing answers there.');
  });
});

interface Running {
  readonly child: ChildProcess;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  /** Everything that it has printed so far. */
  printed(): string;
}

function start(...args: readonly string[]): Running {
  return run('start.mjs', ['--directory', directory, ...args]);
}

function run(
  script: string,
  args: readonly string[] = ['--directory', directory],
  env: NodeJS.ProcessEnv = {},
): Running {
  const program = join(repositoryRoot(), 'deploy/local', script);
  const surroundings = { ...readLocalEnvironment().inherited, KAFKA_BROKERS: '', DATABASE_URL: '', ...env };
  const child = spawn(process.execPath, [program, ...args], { env: surroundings, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, printed: () => text };
}

async function untilStarted(running: Running): Promise<Started> {
  for (;;) {
    const started = readStarted(directory);
    if (started !== undefined && started.pid === running.child.pid) return started;
    if (running.child.exitCode !== null) {
      // Its last words may still be on their way.
      await running.ended;
      throw new Error(`The start has ended:\n${running.printed()}`);
    }
    await sleep(POLL_MS);
  }
}

/** From the gateway and from the playground. */
async function untilTrafficArrives(started: Started): Promise<void> {
  for (const type of ['request', 'playground']) {
    while ((await get(started, `ledger?type=${type}&limit=1`, ledgerSchema)).entries.length === 0) await sleep(POLL_MS);
  }
}

const balanceSchema = z.object({ organization_id: z.string(), unit: z.string(), balance: z.string() });
const ledgerSchema = z.object({ entries: z.array(z.object({ type: z.string() })) });

function balanceOf(started: Started): Promise<z.infer<typeof balanceSchema>> {
  return get(started, 'balance', balanceSchema);
}

/** As the first organization, with the key that was left for scripts. */
async function get<Answer>(started: Started, path: string, schema: z.ZodType<Answer>): Promise<Answer> {
  const [organization] = started.organizations;
  const answer = await fetch(`${started.api_url}/v1/organizations/${organization?.id}/${path}`, {
    headers: { authorization: `Bearer ${organization?.api_key}` },
  });
  expect(answer.status).toBe(200);
  return schema.parse(await answer.json());
}

/** No process, no lock, no address that is no longer true. */
async function expectNoTrace(processes: readonly ProcessIdentity[]): Promise<void> {
  // The watchdog notices its parent's end a moment after it.
  for (const child of processes) expect(await waitForEnd(child, 2000)).toBe(true);
  expect(processes.filter(isRunning)).toEqual([]);
  const left = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  expect(
    left.filter((path) => /(^|\/)(owner\.json|started\.json|postmaster\.pid|[a-z]+\.pid\.json)$/.test(path)),
  ).toEqual([]);
}
