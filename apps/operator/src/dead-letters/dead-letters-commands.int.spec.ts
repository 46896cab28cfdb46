import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { priceUnpriced, UNPRICED } from '../../../../test/support/dead-letters-fixture';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../../../../test/support/temporary-directory';
import { aPlainUsage, type PlainUsage } from '../../../../test/support/usage-records';
import { operate, type Operated } from '../../test/operate';

interface Line {
  readonly id: string;
  readonly reason: string;
  readonly status: string;
}

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
  operate(['dead-letters', ...args], { DATABASE_URL: database.url, FLOOPY_OPERATOR: 'ada' });

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, json: answer, error } = await run(...args, '--json');
  expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
  return answer;
}

async function lines(...args: string[]): Promise<Line[]> {
  return (await json('list', ...args))['dead_letters'] as Line[];
}

async function apply(...events: PlainUsage[]): Promise<void> {
  await (await openUsageFeed(database.pool, 'usage.recorded.v1')).apply(events);
}

/** Usage of its own request: one that is as it should be unless something is changed about it. */
function usage(id: string, body: PlainUsage['body'] = {}): PlainUsage {
  return aPlainUsage({ id, body: { request_id: `req_${id}`, ...body } });
}

async function expectVerified(): Promise<void> {
  const verified = await operate(['verify', '--json'], { DATABASE_URL: database.url });
  expect(verified.json).toMatchObject({ ok: true, mismatches: [] });
}

function fileOf(event: object): string {
  const file = join(directory.path, 'event.json');
  writeFileSync(file, JSON.stringify(event));
  return file;
}

describe('dead-letters', () => {
  it('lists what is parked, counted by reason, by every filter', async () => {
    await apply(
      usage('a', UNPRICED),
      usage('b', { ...UNPRICED, organization_id: 'org_globex' }),
      usage('c', { origin: 'moon' }),
    );
    expect(await lines()).toMatchObject([
      { id: '3', reason: 'invalid', status: 'parked', event_id: 'c', topic: 'usage.recorded.v1', offset: 2 },
      { id: '2', reason: 'unpriced' },
      { id: '1', reason: 'unpriced' },
    ]);
    expect((await json('list'))['counts']).toEqual([
      { reason: 'unpriced', status: 'parked', letters: 2 },
      { reason: 'invalid', status: 'parked', letters: 1 },
    ]);
    const ids = async (...args: string[]) => (await lines(...args)).map(({ id }) => id);
    expect(await ids('--reason', 'unpriced', '--organization', 'org_globex')).toEqual(['2']);
    expect(await ids('--limit', '1', '--before', '3')).toEqual(['2']);
    expect(await ids('--topic', 'usage.recorded.v2')).toEqual([]);
    expect(await ids('--to', '2026-01-01T00:00:00Z')).toEqual([]);
    expect(await ids('--status', 'applied')).toEqual([]);
    expect(await ids('--status', 'any', '--from', '2026-01-01T00:00:00Z')).toHaveLength(3);
    expect((await run('list')).out).toMatch(/REASON +STATUS +LETTERS\nunpriced +parked +2[\s\S]*\n3 +2026/);
    expect((await run('list', '--status', 'applied')).out).toBe('There are no such dead letters.\n');
  });

  it('shows a letter as text, in hex and decoded, with the failing fields', async () => {
    await apply(usage('a', { origin: 'moon' }));
    expect(await json('show', '1')).toMatchObject({
      id: '1',
      faults: [{ pointer: '/data/origin' }],
      key: { length: 8, text: 'org_acme', hex: '6f72675f61636d65', truncated: false },
      value: { text: expect.stringContaining('"origin":"moon"') },
      event: { id: 'a', source: '/floopy/gateway/eu-1', data: { origin: 'moon' } },
      decoded: { type: 'rejected', reason: 'invalid', faults: [{ pointer: '/data/origin' }] },
      history: [],
    });
    const { out } = await run('show', '1');
    expect(out).toMatch(/Dead letter 1: invalid, parked[\s\S]*\/data\/origin[\s\S]*00000000 {2}7b 22/);
    expect((await run('show', '9')).exitCode).toBe(2);
  });

  it('applies all that had no rate by one command, once there is one, and verify agrees before and after', async () => {
    await apply(usage('a', UNPRICED), usage('b', UNPRICED), usage('c'), usage('d', { origin: 'moon' }));
    await expectVerified();
    const early = await run('redrive', '--reason', 'unpriced', '--json');
    expect(early).toMatchObject({
      exitCode: 1,
      json: { letters: 2, applied: 0, parked: [{ reason: 'unpriced', letters: 2 }] },
    });
    await priceUnpriced(database.pool, '0.001');
    expect(await json('redrive', '--reason', 'unpriced', '--dry-run')).toMatchObject({
      state: 'would_be_redriven',
      applied: 2,
    });
    expect(await lines()).toHaveLength(3);
    expect(await json('redrive', '--reason', 'unpriced')).toMatchObject({ state: 'redriven', letters: 2, applied: 2 });
    expect(await json('redrive', '1')).toMatchObject({ applied: 0, resolved_before: 1 });
    expect(await lines('--status', 'applied')).toHaveLength(2);
    await expectVerified();
  });

  it('applies a corrected event in the place of what arrived, which stays as it is', async () => {
    await apply(usage('a', { origin: 'moon' }));
    const { out } = await run('show', '1', '--event');
    const file = fileOf({ ...(JSON.parse(out) as object), time: '2026-11-01T10:00:00.000Z' });
    expect((await run('fix', '1', '--event', file)).error).toMatch(
      /would be parked, too \(invalid\)[\s\S]*\/data\/origin/,
    );
    writeFileSync(file, readFileSync(file, 'utf8').replace('"moon"', '"playground"'));
    expect(await json('fix', '1', '--event', file, '--dry-run')).toMatchObject({ state: 'would_be_fixed' });
    expect(await json('show', '1')).toMatchObject({ history: [] });
    expect(await json('fix', '1', '--event', file)).toMatchObject({ state: 'fixed', event_id: 'a' });
    expect(await json('redrive', '1')).toMatchObject({ applied: 1 });
    const shown = await json('show', '1');
    expect(shown).toMatchObject({
      status: 'applied',
      value: { text: expect.stringContaining('"origin":"moon"') },
      history: [
        {
          kind: 'fixed',
          by: 'ada',
          act: expect.any(Number),
          event: { data: { origin: 'playground' } },
          reissued: false,
        },
        { kind: 'applied', by: 'ada', organization_id: 'org_acme', position: 1 },
      ],
    });
    expect((await run('fix', '1', '--event', file)).error).toContain('is applied: there is nothing left to fix');
    await expectVerified();
  });

  it('issues a conflict, and what has no readable id, again under an id that names the operator and the letter', async () => {
    await apply(
      usage('taken'),
      usage('taken', { request_id: 'req_other' }),
      usage('no id', { request_id: 'req_late' }),
    );
    expect((await run('fix', '1')).error).toContain('with --event');
    expect(await json('show', '1')).toMatchObject({ reason: 'conflict', identity_position: 1 });
    expect(await json('show', '2')).toMatchObject({ reason: 'invalid', identity_position: null });
    expect((await run('redrive', '--all')).exitCode).toBe(1);
    expect((await run('fix', '1', '--event', fileOf((await json('show', '1'))['event'] as object))).error).toContain(
      '--reissue',
    );
    expect(await json('fix', '1', '--reissue')).toMatchObject({
      source: '/floopy/operator/ada',
      event_id: 'dead-letter-1',
    });
    const event = { ...((await json('show', '2'))['event'] as object), id: 'req_late' };
    expect((await run('fix', '2', '--event', fileOf(event))).error).toContain('no readable id');
    expect(await json('fix', '2', '--event', fileOf(event), '--reissue')).toMatchObject({ event_id: 'dead-letter-2' });
    expect(await json('redrive', '1', '2')).toMatchObject({ applied: 2 });
    const { rows } = await database.pool.query(`SELECT cause_id, request_id FROM ledger_event ORDER BY sequence`);
    expect(rows).toEqual([
      { cause_id: 'taken', request_id: 'req_taken' },
      { cause_id: 'dead-letter-1', request_id: 'req_other' },
      { cause_id: 'dead-letter-2', request_id: 'req_late' },
    ]);
    await expectVerified();
  });

  it('shows any bytes at all as they arrived, and lets something be put in their place', async () => {
    const raw = {
      key: null,
      value: Buffer.from([0xff, 0x00, 0x7b]),
      headers: [
        ['ce_id', null],
        ['ce_id', Buffer.from('evt_1')],
        ['content-type', null],
      ] as const,
    };
    await (await openUsageFeed(database.pool, 'usage.recorded.v1')).applyRaw([raw]);
    expect(await json('show', '1')).toMatchObject({
      reason: 'undecodable',
      key: null,
      headers: [
        { name: 'ce_id', value: null },
        { name: 'ce_id', value: { text: 'evt_1' } },
        { name: 'content-type', value: null },
      ],
      value: { length: 3, text: null, hex: 'ff007b' },
      event: null,
      decoded: { type: 'rejected', reason: 'undecodable' },
    });
    expect((await run('show', '1')).out).toMatch(/Value in hex, 3 bytes\n {2}00000000 {2}ff 00 7b/);
    expect((await run('show', '1', '--event')).error).toContain('cannot be read');
    expect((await run('fix', '1', '--reissue')).error).toContain('with --event');
    const { body: data, time } = aPlainUsage();
    expect(await json('fix', '1', '--reissue', '--event', fileOf({ time, data }))).toMatchObject({ state: 'fixed' });
    expect(await json('redrive', '1')).toMatchObject({ applied: 1 });
    await expectVerified();
  });

  it('refuses an event that says to be another one, and an id of the operator where there is a free one', async () => {
    await apply(usage('a', UNPRICED));
    const event = (await json('show', '1'))['event'] as object;
    expect((await run('fix', '1', '--event', fileOf({ ...event, id: 'b' }))).error).toContain('must keep source, id');
    expect((await run('fix', '1', '--event', fileOf(event), '--reissue')).error).toContain('without --reissue');
    expect((await run('fix', '9', '--event', fileOf(event))).error).toContain('There is no dead letter 9');
    expect((await run('fix', '1', '--event', join(directory.path, 'absent.json'))).exitCode).toBe(2);
  });

  it('discards with a reason, for good, and leaves the counts as they are', async () => {
    await apply(usage('a', UNPRICED), usage('b', UNPRICED), usage('c', { origin: 'moon' }));
    expect(await json('discard', '--parked-for', 'unpriced', '--reason', 'a test', '--dry-run')).toMatchObject({
      discarded: 2,
    });
    expect(await json('discard', '1', '--reason', 'a test')).toMatchObject({ state: 'discarded', discarded: 1 });
    expect(await json('discard', '1', '--reason', 'again')).toMatchObject({ discarded: 0 });
    expect(await json('show', '1')).toMatchObject({
      status: 'discarded',
      history: [{ kind: 'discarded', by: 'ada', reason: 'a test' }],
    });
    await priceUnpriced(database.pool, '0.001');
    expect(await json('redrive', '--reason', 'unpriced')).toMatchObject({ letters: 1, applied: 1 });
    const { rows } = await database.pool.query('SELECT applied::int, parked::int FROM ingest_partition');
    expect(rows).toEqual([{ applied: 1, parked: 2 }]);
    await expectVerified();
  });

  it.each([
    ['nothing is chosen', ['redrive']],
    ['letters are chosen twice over', ['redrive', '1', '--all']],
    ['a letter is named that never was', ['redrive', '7']],
    ['an id is none', ['show', 'seven']],
    ['no reason is given', ['discard', '1']],
    ['a reason of parking is unknown', ['redrive', '--reason', 'bored']],
  ])('exits 2 when %s, and says what to do', async (_, args) => {
    const { exitCode, out, error } = await run(...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(error.length).toBeGreaterThan(20);
  });
});
