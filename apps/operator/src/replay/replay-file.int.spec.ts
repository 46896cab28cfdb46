import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyReplay, type ApplyPorts, type AppliedReplay } from '@floopy/application';
import { decodeKeptRecord } from '@floopy/contracts';
import {
  claimPartition,
  createIngestStore,
  createLetterStore,
  createRedriveStore,
  createReplayRuns,
  endReplay,
  PriceBookMemory,
  queriesOf,
  readReplayPlan,
} from '@floopy/postgres';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../../../../test/support/temporary-directory';
import { aPlainUsage, type PlainUsage } from '../../../../test/support/usage-records';
import { operate, type Operated } from '../../test/operate';
import { readFileRecords } from './file-records';

const ADA = { name: 'ada', actNumber: null };

let database: SeededDatabase;
let directory: TemporaryDirectory;

beforeEach(async () => {
  database = await createSeededDatabase();
  directory = temporaryDirectory();
});

afterEach(async () => {
  directory.remove();
  await database.drop();
});

const run = (...args: string[]): Promise<Operated> =>
  operate(args, { DATABASE_URL: database.url, FLOOPY_OPERATOR: 'ada' });

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, json: answer, error } = await run(...args, '--json');
  expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
  return answer;
}

/** Usage of its own request, as a line of a file: what is added by whoever publishes it is left out. */
function lineOf(id: string, body: PlainUsage['body'] = {}): string {
  const { source, time, body: data } = aPlainUsage({ id, body: { request_id: `req_${id}`, ...body } });
  return JSON.stringify({ id, source, time, data });
}

function fileOf(name: string, lines: readonly string[]): string {
  const path = join(directory.path, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** Some hundred good lines, a resend, a line of nothing, one that is no JSON, and two that cannot be applied. */
function someLines(count: number): string[] {
  const good = Array.from({ length: count }, (_, index) => lineOf(`evt_${index}`));
  return [
    ...good,
    lineOf('evt_3'),
    '',
    'not JSON',
    lineOf('evt_x', { model: 'gpt-9' }),
    lineOf('evt_3', { origin: 'playground' }),
  ];
}

async function rowsOf(table: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]?.count ?? -1;
}

async function expectVerified(): Promise<void> {
  expect((await run('verify', '--json')).json).toMatchObject({ ok: true, mismatches: [] });
}

/** Runs the first plan as the command does, but for some of its parts. */
async function applyWith(overrides: Partial<ApplyPorts>): Promise<AppliedReplay> {
  const { pool } = database;
  const plan = await readReplayPlan(queriesOf(pool), 1);
  if (plan === null) throw new Error('there is a plan');
  const prices = new PriceBookMemory();
  const ports: ApplyPorts = {
    runs: createReplayRuns(pool),
    redrive: {
      store: createRedriveStore(pool, prices),
      letters: createLetterStore(pool),
      decode: decodeKeptRecord,
      onProgress: () => undefined,
      ...CLOCK_AND_HASH,
    },
    ingest: { store: createIngestStore(pool, prices, CLOCK_AND_HASH.sha256), ...CLOCK_AND_HASH },
    files: filesUntil(Number.POSITIVE_INFINITY, () => Promise.resolve()),
    stop: new AbortController().signal,
    onProgress: () => undefined,
  };
  return applyReplay({ ...ports, ...overrides }, plan, ADA);
}

/** A reading of files to which something happens after some stretches. */
function filesUntil(stretches: number, happens: () => Promise<void>): ApplyPorts['files'] {
  return {
    claim: (topic) => claimPartition(queriesOf(database.pool), topic, 0, 0),
    async *read(file, from, appendedAt) {
      let read = 0;
      for await (const stretch of readFileRecords(file, from, appendedAt)) {
        if (read === stretches) await happens();
        read += 1;
        yield stretch;
      }
    },
  };
}

describe('a replay of a file', () => {
  it('is planned without writing anything but the plan', async () => {
    const file = fileOf('events.jsonl', someLines(700));
    const planned = await json('replay', 'plan', '--from', file);
    expect(planned).toMatchObject({
      plan: 1,
      state: 'planned',
      source: { type: 'file', file, format: 'cloud_events', lines: 705 },
      records: 704,
      would_be: { applied: 700, duplicate: 1, parked: 3, discarded: 0, unaccounted: 0 },
    });
    expect(planned['by_organization']).toContainEqual({
      organization_id: 'org_acme',
      outcome: 'applied',
      reason: null,
      records: 700,
      amount: '-1759.9750000000',
    });
    expect([await rowsOf('ledger_event'), await rowsOf('dead_letter'), await rowsOf('ingest_partition')]).toEqual([
      0, 0, 0,
    ]);
    expect(await json('replay', 'plan', '--from', file, '--dry-run')).toMatchObject({ plan: null });
    expect(await rowsOf('replay_plan')).toBe(1);
  });

  it('applies every line once, parks what cannot be applied, and has its own place in the equation', async () => {
    const file = fileOf('events.jsonl', someLines(700));
    await json('replay', 'plan', '--from', file);
    expect(await json('replay', 'apply', '1')).toMatchObject({
      state: 'applied',
      applied: 700,
      duplicates: 1,
      parked: 3,
      lines_passed: 705,
      steps: [{ kind: 'begun', by: 'ada' }, { kind: 'applied' }],
    });
    await expectVerified();
    const again = await run('replay', 'apply', '1');
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('It had ended before') });
    expect((await json('replay', 'plan', '--from', file))['would_be']).toMatchObject({ applied: 0, duplicate: 701 });
    await json('replay', 'apply', '2');
    expect([await rowsOf('ledger_event'), await rowsOf('dead_letter')]).toEqual([700, 3]);
    const letters = await json('dead-letters', 'list');
    const reasons = (letters['counts'] as { readonly reason: string }[]).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['undecodable', 'unpriced', 'conflict']));
    expect((await json('audit', '--command', 'replay apply'))['acts']).toMatchObject([
      { plan: '2' },
      { plan: '1' },
      { plan: '1' },
    ]);
  });

  it('goes on where it was when it was killed', async () => {
    await json('replay', 'plan', '--from', fileOf('events.jsonl', someLines(1_400)));
    const crash = applyWith({ files: filesUntil(2, () => Promise.reject(new Error('killed'))) });
    await expect(crash).rejects.toThrow('killed');
    expect(await rowsOf('ledger_event')).toBe(1_000);
    expect(await json('replay', 'status', '1')).toMatchObject({
      state: 'applying',
      applied: 1_000,
      lines_passed: 1_000,
    });
    expect(await json('replay', 'apply', '1')).toMatchObject({
      state: 'applied',
      applied: 1_400,
      duplicates: 1,
      parked: 3,
      steps: [{ kind: 'begun' }, { kind: 'resumed' }, { kind: 'applied' }],
    });
    await expectVerified();
  });

  it('stops when it is cancelled, and keeps what it has applied', async () => {
    await json('replay', 'plan', '--from', fileOf('events.jsonl', someLines(1_400)));
    const cancelled = await applyWith({
      files: filesUntil(1, async () => void (await endReplay(database.pool, 1, 'cancelled', ADA))),
    });
    expect(cancelled).toEqual({ type: 'cancelled' });
    expect(await json('replay', 'status', '1')).toMatchObject({ state: 'cancelled', applied: 500 });
    const again = await run('replay', 'apply', '1');
    expect(again).toMatchObject({ exitCode: 1, out: expect.stringContaining('It had ended before') });
    expect((await json('replay', 'cancel', '1'))['state']).toBe('cancelled');
    expect(await rowsOf('ledger_event')).toBe(500);
    await expectVerified();
  });

  it('lets only one of two read the same file', async () => {
    const file = fileOf('events.jsonl', someLines(1_400));
    await json('replay', 'plan', '--from', file);
    await json('replay', 'plan', '--from', file);
    const slower = await applyWith({ files: filesUntil(1, async () => void (await json('replay', 'apply', '2'))) });
    expect(slower).toEqual({ type: 'taken_over' });
    expect(await rowsOf('ledger_event')).toBe(1_400);
    await expectVerified();
  });

  it('refuses a file that is another one than was planned, and takes one that was moved', async () => {
    const file = fileOf('events.jsonl', someLines(10));
    await json('replay', 'plan', '--from', file);
    fileOf('events.jsonl', someLines(11));
    expect(await run('replay', 'apply', '1')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('another file than the one that was planned'),
    });
    const moved = fileOf('moved.jsonl', someLines(10));
    expect(await json('replay', 'apply', '1', '--file', moved)).toMatchObject({ applied: 10 });
  });
});

describe('a replay of a ledger export', () => {
  it('brings usage back under its own identity: the events themselves are duplicates then', async () => {
    const events = Array.from({ length: 12 }, (_, index) =>
      aPlainUsage({ id: `evt_${index}`, body: { request_id: `req_${index}`, user_id: 'usr_1', team_id: 'team_1' } }),
    );
    await (await openUsageFeed(database.pool)).apply(events);
    const file = join(directory.path, 'acme.jsonl');
    await json('ledger', 'org_acme', '--export', file);
    const restored = await createSeededDatabase();
    try {
      const into = (...args: string[]) => operate([...args, '--json'], { DATABASE_URL: restored.url });
      const planned = await into('replay', 'plan', '--from', file);
      expect(planned.json).toMatchObject({ source: { format: 'ledger_export' }, would_be: { applied: 12, parked: 0 } });
      expect((await into('replay', 'apply', '1')).json).toMatchObject({ applied: 12, parked: 0 });
      const resent = await (await openUsageFeed(restored.pool)).apply(events);
      expect(resent).toMatchObject({ applied: 0, duplicates: 12 });
      expect((await into('verify')).json).toMatchObject({ ok: true });
    } finally {
      await restored.drop();
    }
    expect((await json('replay', 'plan', '--from', file))['would_be']).toMatchObject({ applied: 0, duplicate: 12 });
  });

  it('parks an entry that was changed after it was exported', async () => {
    await (await openUsageFeed(database.pool)).apply([aPlainUsage()]);
    const file = join(directory.path, 'acme.jsonl');
    await json('ledger', 'org_acme', '--export', file);
    const forged = fileOf('forged.jsonl', [
      readFileSync(file, 'utf8').trimEnd().replace('"output_tokens":678', '"output_tokens":67'),
    ]);
    const planned = await json('replay', 'plan', '--from', forged);
    expect(planned['by_organization']).toMatchObject([{ outcome: 'parked', reason: 'invalid', records: 1 }]);
  });
});

describe('a replay of dead letters', () => {
  it('goes on where it was when it was killed behind a transaction, and counts nothing twice', async () => {
    const nobody = { organization_id: 'org_late' };
    const events = Array.from({ length: 450 }, (_, index) =>
      aPlainUsage({ id: `evt_${index}`, body: { ...nobody, request_id: `req_${index % 300}` } }),
    );
    await (await openUsageFeed(database.pool)).apply(events);
    await json('organizations', 'create', 'org_late');
    expect((await json('replay', 'plan', '--from', 'dead-letters'))['would_be']).toMatchObject({ applied: 450 });
    const runs = createReplayRuns(database.pool);
    const killed = applyWith({ runs: { ...runs, saveProgress: () => Promise.reject(new Error('killed')) } });
    await expect(killed).rejects.toThrow('killed');
    expect(await rowsOf('ledger_event')).toBe(200);
    expect(await json('replay', 'status', '1')).toMatchObject({ state: 'applying' });
    expect(await json('replay', 'apply', '1')).toMatchObject({
      state: 'applied',
      steps: [{ kind: 'begun' }, { kind: 'resumed' }, { kind: 'applied' }],
    });
    expect([await rowsOf('ledger_event'), await rowsOf('ledger_event WHERE counted')]).toEqual([450, 300]);
    await expectVerified();
  });
});
