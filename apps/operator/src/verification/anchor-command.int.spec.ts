import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { temporaryDirectory, type TemporaryDirectory } from '../../../../test/support/temporary-directory';
import { operate } from '../../test/operate';

const WRONG_USAGE = 2;

let database: SeededDatabase;
beforeAll(async () => {
  database = await createSeededDatabase();
});
afterAll(() => database.drop());

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function exportAnchor(...args: string[]) {
  return operate(['anchor', 'export', ...args], { DATABASE_URL: database.url });
}

describe('anchor export', () => {
  it('writes an anchor that says when it was made into a directory, and nothing when it is only tried', async () => {
    expect((await exportAnchor('--directory', directory.path, '--dry-run')).exitCode).toBe(0);
    expect(readdirSync(directory.path)).toEqual([]);

    const { json } = await exportAnchor('--directory', directory.path, '--json');
    const [name = ''] = readdirSync(directory.path);
    expect(name).toMatch(/^anchor-\d{4}-\d\d-\d\dT\d{6}Z\.jsonl$/);
    expect(json).toMatchObject({ file: join(directory.path, name), state: 'written' });
    const verified = await operate(['verify', '--anchor', join(directory.path, name)], { DATABASE_URL: database.url });
    expect(verified.exitCode).toBe(0);
    expect(verified.out).toContain(String(json['root']));
  });

  it('never replaces one, and leaves nothing half written', async () => {
    const file = join(directory.path, 'anchor.jsonl');
    writeFileSync(file, 'evidence');
    const { exitCode, error } = await exportAnchor('--file', file);
    expect({ exitCode, error }).toEqual({
      exitCode: WRONG_USAGE,
      error: expect.stringContaining('an anchor is never replaced: choose another name') as string,
    });
    expect(readFileSync(file, 'utf8')).toBe('evidence');
    expect(readdirSync(directory.path)).toEqual(['anchor.jsonl']);
  });

  it.each([
    [['--file', '/nowhere/anchor.jsonl'], 'its directory does not exist'],
    [['--directory', '/nowhere'], 'its directory does not exist'],
    [['--directory', '/', '--file', 'anchor.jsonl'], 'give --file or --directory'],
  ])('says what is wrong with %j', async (args, message) => {
    const { exitCode, error } = await exportAnchor(...args);
    expect({ exitCode, error }).toEqual({ exitCode: WRONG_USAGE, error: expect.stringContaining(message) as string });
  });
});
