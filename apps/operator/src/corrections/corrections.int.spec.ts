import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectFindings } from '../../../../test/golden/expect-report';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import type { SeededDatabase } from '../../../../test/support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../../../../test/support/temporary-directory';
import { aPlainVoid } from '../../../../test/support/usage-records';
import { createLedger } from '../../test/a-ledger';
import { operate } from '../../test/operate';

let database: SeededDatabase;
let directory: TemporaryDirectory;
beforeAll(async () => {
  database = await createLedger();
  directory = temporaryDirectory();
});
afterAll(async () => {
  directory.remove();
  await database.drop();
});

const run = (...args: string[]) => operate(args, { DATABASE_URL: database.url });
const runJson = (...args: string[]) => run(...args, '--json');

describe('reverse', () => {
  it('tells first what it would give back, and writes nothing then', async () => {
    const shown = await runJson('reverse', 'org_acme', '2', '--reason', 'cut off', '--uncount', '--dry-run');
    expect(shown.json).toMatchObject({
      state: 'would_be_reversed',
      reversal: { sequence: 6, amount: '2.5142500000', cause: { kind: 'reversal', id: '2' } },
      uncounted: true,
      requests_used: 1,
    });
    const { json } = await runJson('ledger', 'org_acme', '--limit', '1');
    expect(json).toMatchObject({ entries: [{ sequence: 5 }] });
  });

  it('gives it back once, and explain shows the charge, what corrects it, and what is left', async () => {
    const { exitCode, out } = await run('reverse', 'org_acme', '2', '--reason', 'cut off', '--uncount');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('2.5142500000 cents at position 6')]);
    const again = await run('reverse', 'org_acme', '2', '--reason', 'cut off');
    expect([again.exitCode, again.error]).toEqual([2, expect.stringContaining('was reversed before, at position 6')]);
    const explained = await runJson('explain', 'org_acme', 'req_full');
    expect(explained).toMatchObject({
      exitCode: 0,
      json: {
        charges: [
          {
            entry: { sequence: 2 },
            corrections: [{ entry: { sequence: 6 }, before: '2.5142500000', after: '0.0000000000' }],
            net: '0.0000000000',
          },
          { entry: { sequence: 5 }, corrections: [], net: '2.5142500000' },
        ],
        total: '2.5142500000',
      },
    });
    expect((await run('explain', 'org_acme', 'req_full')).out).toContain('taken out of the count (cut off)');
    expect((await run('ledger', 'org_acme')).out).toContain('reversal of 2: cut off');
  });

  it.each([
    [['org_none', '2'], 'organizations list'],
    [['org_acme', '99'], 'has no position 99'],
    [['org_acme', '1'], 'post an adjustment against it'],
    [['org_acme', '6'], 'corrects position 2 itself'],
    [['org_acme', '4'], 'there is nothing to give back'],
    [['org_acme', '5', '--uncount'], 'is not what its request was counted by'],
    [['org_acme', 'two'], 'must be a whole number'],
  ])('says what to do instead of %j', async (place, words) => {
    const { exitCode, error } = await run('reverse', ...place, '--reason', 'why');
    expect([exitCode, error]).toEqual([2, expect.stringContaining(words)]);
  });

  it('needs a reason that can stand on a ledger', async () => {
    expect(await run('reverse', 'org_acme', '3')).toMatchObject({ exitCode: 2 });
    expect((await run('reverse', 'org_acme', '3', '--reason', ' ')).error).toContain('1 to 500 characters');
  });
});

describe('a ledger with corrections', () => {
  let text: string;
  const path = (name: string): string => join(directory.path, name);

  beforeAll(async () => {
    const feed = await openUsageFeed(database.pool, 'usage.test', 1);
    await feed.apply([aPlainVoid('evt_2')]);
    await run('ledger', 'org_acme', '--export', path('acme.jsonl'));
    text = readFileSync(path('acme.jsonl'), 'utf8');
  });

  it('is found right, in the database, in its export, and by the verifier in Python', async () => {
    expect(await runJson('verify')).toMatchObject({ exitCode: 0, json: { ok: true, mismatches: [] } });
    const offline = await operate(['verify', '--from-export', path('acme.jsonl'), '--json'], {});
    expect(offline).toMatchObject({ exitCode: 0, json: { ok: true } });
    expectFindings([path('acme.jsonl')], []);
  });

  it.each([
    ['amount', '"amount":"2.5142500000"', '"amount":"2.5142500001"'],
    ['occurred_at', '"occurred_at":"2026-11-01T10:00:00.000Z"', '"occurred_at":"2026-10-01T10:00:00.000Z"'],
    ['team_id', '"team_id":"team_search"', '"team_id":"team_other"'],
    ['plan', '"cause":{"kind":"reversal","id":"2"}', '"cause":{"kind":"reversal","id":"5"}'],
  ])('is found wrong when the %s of a reversal was forged, hash or no hash', async (subject, from, to) => {
    const forged = text
      .split('\n')
      .map((line) => (line.includes('"sequence":6,"type"') ? line.replace(from, to) : line));
    expect(forged.join('\n')).not.toBe(text);
    writeFileSync(path('forged.jsonl'), forged.join('\n'));
    const { exitCode, json } = await operate(['verify', '--from-export', path('forged.jsonl'), '--json'], {});
    expect(exitCode).toBe(1);
    const kinds = (json['mismatches'] as { kind: string; position: number; subject?: string }[]).filter(
      (mismatch) => mismatch.kind === 'correction',
    );
    expect(kinds).toEqual([expect.objectContaining({ position: 6, subject })]);
  });
});

describe('statement', () => {
  it('leads from the opening to the closing, by what was recorded in the period', async () => {
    const month = new Date().toISOString().slice(0, 7);
    const { json, exitCode } = await runJson('statement', 'org_acme', month);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      is_final: false,
      opening: { position: 0, balance: '0.0000000000' },
      payments: { entries: 0 },
      usage: {
        request: {
          charges: { entries: 3, amount: '-5.0285000000' },
          corrections: { entries: 1, amount: '2.5142500000' },
        },
        playground: { corrections: { entries: 1, amount: '2.5142500000' }, amount: '0.0000000000' },
      },
      adjustments: { entries: 1, amount: '100000.0000000000' },
      closing: { position: 7, balance: '99997.4857500000' },
    });
    const csv = await run('statement', 'org_acme', month, '--format', 'csv');
    expect(csv.out.split('\n')[0]).toBe(
      'organization_id,period_start,period_end,line,entries,amount_cents,late_amount_cents',
    );
    expect(csv.out).toContain(',closing,,99997.4857500000,');
  });

  it('tells what all organizations held at an instant, equal to their ledgers', async () => {
    const { json, exitCode } = await runJson('statement', '--all', '--at', new Date().toISOString());
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      prepaid: '99997.4857500000',
      overdrawn: '-2.5142500000',
      total: '99994.9715000000',
      ledger_sum: '99994.9715000000',
      agrees: true,
    });
    const early = await runJson('statement', '--all', '--at', '2020-01-01T00:00:00Z');
    expect(early.json).toMatchObject({ total: '0.0000000000', agrees: true });
  });

  it.each([
    [['statement'], 'Name an organization and a period'],
    [['statement', 'org_acme', '2026-13'], 'is no period'],
    [['statement', '--all'], '--at 2026-12-01T00:00:00Z'],
    [['statement', '--all', '--at', '2999-01-01T00:00:00Z'], 'still to come'],
    [['statement', 'org_none', '2026-11'], 'org_none'],
  ])('says what to do about %j', async (args, words) => {
    const { exitCode, error } = await run(...args);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(words)]);
  });
});
