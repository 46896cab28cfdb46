import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishRateOverride } from '@floopy/application';
import { instantOfMilliseconds, organizationIdOf, parseAmount } from '@floopy/domain';
import { createPublishingStore } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import type { SeededDatabase } from '../../../../test/support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../../../../test/support/temporary-directory';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { createLedger } from '../../test/a-ledger';
import { operate, type Operated } from '../../test/operate';

describe('an exported ledger', () => {
  let database: SeededDatabase;
  let directory: TemporaryDirectory;
  let file: string;
  let lines: string[];
  let exported: Operated;

  beforeAll(async () => {
    database = await createLedger();
    await agreePrice(database);
    directory = temporaryDirectory();
    file = join(directory.path, 'org_acme.jsonl');
    const environment = { DATABASE_URL: database.url };
    exported = await operate(['ledger', 'org_acme', '--export', file, '--json'], environment);
    lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  });

  afterAll(async () => {
    directory.remove();
    await database.drop();
  });

  /** Verifies the export with changed lines, without any server in its settings. */
  async function verify(change: (lines: string[]) => string[]): Promise<Operated> {
    const changed = join(directory.path, 'changed.jsonl');
    writeFileSync(changed, `${change([...lines]).join('\n')}\n`);
    return operate(['verify', '--from-export', changed, '--json']);
  }

  const entryAt = (position: number): number =>
    lines.findIndex((line) => (JSON.parse(line) as { sequence?: number }).sequence === position);

  function changeEntry(position: number, change: (entry: Record<string, unknown>) => void) {
    return (all: string[]): string[] => {
      const entry = JSON.parse(all[entryAt(position)] ?? '') as Record<string, unknown>;
      change(entry);
      return all.with(entryAt(position), JSON.stringify(entry));
    };
  }

  it('is written whole, and answers what it holds', () => {
    expect(exported).toMatchObject({ exitCode: 0, json: { file, entries: 6, state: 'written' } });
  });

  it('is verified without any server, with the prices that it carries', async () => {
    const { exitCode, json } = await verify((all) => all);
    expect({ exitCode, json }).toEqual({
      exitCode: 0,
      json: {
        ok: true,
        checked: { organizations: 1, entries: 6, receipts: 5, partitions: 0 },
        mismatches: [],
        relay: { left_out: 'an export' },
        usage_log: { left_out: 'an export' },
        entries_per_second: expect.any(Number),
        entries_per_core_second: expect.any(Number),
      },
    });
  });

  it('holds one header, every version of its prices and of plans, and each entry as the ledger topic has it', () => {
    const kinds = lines.map((line) => Object.keys(JSON.parse(line) as object)[0]);
    const plans = ['plan', 'plan', 'plan'];
    const entries = Array<string>(6).fill('organization_id');
    expect(kinds).toEqual(['export', 'rate_card', 'rate_override', ...plans, ...entries]);
  });

  it.each<[string, (entry: Record<string, unknown>) => void]>([
    ['amount', (entry) => (entry['amount'] = '-2.5142500001')],
    ['balance', (entry) => (entry['balance_after'] = '1.0000000000')],
    ['time', (entry) => (entry['occurred_at'] = '2026-11-01T10:00:00.001Z')],
    ['hash', (entry) => (entry['hash'] = '0'.repeat(64))],
    ['previous hash', (entry) => (entry['previous_hash'] = '1'.repeat(64))],
    ['cause', (entry) => (entry['cause'] = { kind: 'usage_event', source: '/elsewhere', id: 'evt_1' })],
    ['token count', (entry) => ((entry['usage'] as { tokens: Record<string, number> }).tokens['output_tokens'] = 679)],
    ['organization', (entry) => (entry['organization_id'] = 'org_globex')],
    ['shape', (entry) => delete entry['type']],
  ])('names the position of an entry whose %s was changed', async (_, change) => {
    const { exitCode, json } = await verify(changeEntry(2, change));
    expect(exitCode).toBe(1);
    expect(json['mismatches']).toContainEqual(expect.objectContaining({ organization_id: 'org_acme', position: 2 }));
  });

  it('names the place of a line that was removed, moved, repeated or cut off', async () => {
    const positionsOf = async (change: (all: string[]) => string[]): Promise<unknown[]> => {
      const { exitCode, json } = await verify(change);
      expect(exitCode).toBe(1);
      return (json['mismatches'] as { position: number }[]).map(({ position }) => position);
    };
    expect(await positionsOf((all) => all.toSpliced(entryAt(3), 1))).toContain(3);
    expect(await positionsOf((all) => all.toSpliced(entryAt(3), 0, all[entryAt(3)] ?? ''))).toContain(4);
    expect(
      await positionsOf((all) => all.toSpliced(entryAt(2), 2, all[entryAt(3)] ?? '', all[entryAt(2)] ?? '')),
    ).toContain(2);
    expect(await positionsOf((all) => all.slice(0, -1))).toContain(5);
    expect(await positionsOf((all) => all.with(entryAt(4), '{"cut":'))).toContain(4);
  });

  it('finds an event that it holds twice', async () => {
    const { json } = await verify(changeEntry(3, (entry) => (entry['cause'] = causeOf(lines[entryAt(2)] ?? ''))));
    expect(json['mismatches']).toContainEqual(expect.objectContaining({ kind: 'repeated_identity', position: 3 }));
  });

  it('finds prices that were changed, and what they would have charged', async () => {
    const { exitCode, json } = await verify((all) =>
      all.map((line) => (line.startsWith('{"rate_card"') ? line.replaceAll('0.0010000000', '0.0020000000') : line)),
    );
    expect(exitCode).toBe(1);
    expect(json['mismatches']).toContainEqual(expect.objectContaining({ kind: 'rate_card', subject: 'version 1' }));
    expect(json['mismatches']).toContainEqual(expect.objectContaining({ kind: 'amount', position: 2 }));
  });

  it('finds prices that cannot be read any more, and what they decided', async () => {
    const { exitCode, json } = await verify((all) => all.map((line) => line.replace('unit_prices', 'unit_prizes')));
    expect(exitCode).toBe(1);
    expect(json['mismatches']).toContainEqual(expect.objectContaining({ kind: 'rate_card', subject: 'version 1' }));
    expect(json['mismatches']).toContainEqual(expect.objectContaining({ kind: 'rate_card_version', position: 2 }));
    expect(json['mismatches']).toContainEqual(expect.objectContaining({ kind: 'rate_override', subject: 'version 1' }));
  });

  it('finds a request that its plan would not have placed so, whatever became of the plan', async () => {
    const none = await verify((all) => all.map((line) => line.replace(INCLUDED, String.raw`\"included_requests\":0,`)));
    expect(none.json['mismatches']).toContainEqual(expect.objectContaining({ kind: 'plan', subject: 'version 1' }));
    expect(none.json['mismatches']).toContainEqual({
      kind: 'standing',
      organization_id: 'org_acme',
      position: 2,
      expected: 'excess_unbilled',
      found: 'included',
    });
  });

  it('finds a charge whose agreed price was taken out', async () => {
    const { json } = await verify((all) => all.filter((line) => !line.startsWith('{"rate_override"')));
    expect(json['mismatches']).toEqual([
      expect.objectContaining({ kind: 'override_version', position: 6, expected: 'none', found: '1' }),
    ]);
  });

  it.each([
    ['a file that is not there', () => '/nowhere/export.jsonl'],
    ['another file', () => writeNote(directory)],
  ])('refuses %s as no export', async (_, path) => {
    const { exitCode, error } = await operate(['verify', '--from-export', path()]);
    expect({ exitCode, error }).toEqual({
      exitCode: 2,
      error: expect.stringMatching(/cannot be read|no ledger export/),
    });
  });
});

function writeNote(directory: TemporaryDirectory): string {
  const path = join(directory.path, 'note.txt');
  writeFileSync(path, 'not an export\n');
  return path;
}

function causeOf(line: string): unknown {
  return (JSON.parse(line) as { cause: unknown }).cause;
}

/** Agrees a price for Acme's output from now on, and lets one more request be charged by it. */
async function agreePrice(database: SeededDatabase): Promise<void> {
  const unitPrice = parseAmount('0.0005');
  if (unitPrice === null) throw new Error('no amount');
  const now = instantOfMilliseconds(systemClock() + 10_000);
  const outcome = await publishRateOverride(
    { store: createPublishingStore(database.pool), clock: systemClock, sha256 },
    {
      publishedBy: 'test',
      draft: {
        id: 'acme',
        organizationId: organizationIdOf('org_acme'),
        inForce: { start: now, end: null },
        unitPrices: [
          {
            provider: 'openai',
            model: 'gpt-4o',
            serviceTier: 'standard',
            aboveInputTokens: 0,
            tokenClass: 'output',
            unitPrice,
          },
        ],
      },
    },
  );
  if (outcome.type !== 'published') throw new Error(`the price was not agreed: ${JSON.stringify(outcome)}`);
  const feed = await openUsageFeed(database.pool);
  const time = new Date(now + 1_000).toISOString();
  await feed.apply([aPlainUsage({ id: 'evt_agreed', time, body: { request_id: 'req_agreed' } })]);
}

/** The allowance of the free plan, in a text within a text. */
const INCLUDED = String.raw`\"included_requests\":1000,`;
