import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../../../../test/support/temporary-directory';
import { operate, type Operated } from '../../test/operate';

describe('replay plan', () => {
  let database: SeededDatabase;
  let directory: TemporaryDirectory;

  beforeAll(async () => {
    database = await createSeededDatabase();
    directory = temporaryDirectory();
  });

  afterAll(async () => {
    directory.remove();
    await database.drop();
  });

  const run = (...args: string[]): Promise<Operated> => operate(['replay', ...args], { DATABASE_URL: database.url });

  it.each([
    ['trace.csv', 'timestamp,tokens\n1,2', 'a CSV trace is published instead'],
    ['events.jsonl.gz', 'anything', 'is compressed: unpack it first'],
    ['piece.jsonl', '{"sequence":1,"hash":"00"}', "its first line must be the export's header"],
    ['later.jsonl', '{"export":"floopy.ledger-export.9"}', 'an export of another version'],
    ['other.json', '{"hello":"world"}', 'neither a CloudEvent'],
    ['empty.jsonl', '', 'is empty'],
  ])('says what %s is, and that it cannot be replayed', async (name, text, message) => {
    const path = join(directory.path, name);
    writeFileSync(path, text);
    const { exitCode, error } = await run('plan', '--from', path);
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: expect.stringContaining(message) });
  });

  it.each([
    ['a place that is none', ['plan', '--from', 'nowhere.jsonl'], 'neither a place in the log'],
    [
      'options of another source',
      ['plan', '--from', 'earliest', '--reason', 'unpriced'],
      'go with --from dead-letters',
    ],
    ['a plan that was never made', ['apply', '9'], 'There is no plan 9'],
    ['a plan by another name', ['status', 'last'], 'named by its number'],
  ])('exits 2 for %s, and says what to do', async (_, args, message) => {
    const { exitCode, error } = await run(...args);
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: expect.stringContaining(message) });
  });
});
