import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operate } from '../../apps/operator/test/operate';
import { readAzureTrace } from '../../apps/operator/src/publish/azure-trace';
import { openUsageFeed } from '../support/applied-usage';
import { createSeededDatabase, SEEDED_ORGANIZATIONS, type SeededDatabase } from '../support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory';
import { aPlainUsage, type PlainUsage } from '../support/usage-records';
import { expectReport } from './expect-report';

const ROWS = 300;

/** A trace in the form of the Azure Public Dataset, with long and short prompts. */
function writeTrace(file: string): void {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const time = new Date(Date.UTC(2023, 10, 16, 18) + index * 4321).toISOString().replace('T', ' ').replace('Z', '0000');
    return `${time},${(index * 7919) % 14_051},${(index * 104_729) % 1_001}`;
  });
  writeFileSync(file, `TIMESTAMP,ContextTokens,GeneratedTokens\n${rows.join('\n')}\n`);
}

async function usagesOf(file: string): Promise<PlainUsage[]> {
  const terms = { file, organizationIds: SEEDED_ORGANIZATIONS, provider: 'openai', model: 'gpt-4o' };
  const usages: PlainUsage[] = [];
  for await (const { usage, id, time, source } of (await readAzureTrace(terms)).usages) {
    usages.push(aPlainUsage({ id, source, time: time.toISOString(), body: { ...usage } }));
  }
  return usages;
}

describe('a recorded trace', () => {
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

  it('costs what a script computes that imports nothing of this repository, also when it is played twice', async () => {
    const trace = join(directory.path, 'trace.csv');
    writeTrace(trace);
    const feed = await openUsageFeed(database.pool);
    const usages = await usagesOf(trace);
    await feed.apply(usages);
    await feed.apply(usages);
    const exports = SEEDED_ORGANIZATIONS.map((id) => join(directory.path, `${id}.jsonl`));
    for (const [index, id] of SEEDED_ORGANIZATIONS.entries()) {
      const terms = ['ledger', id, '--export', exports[index] ?? ''];
      expect((await operate(terms, { DATABASE_URL: database.url })).exitCode).toBe(0);
    }
    const all = { equal: true, trace: { rows: ROWS }, ledger: { entries: ROWS } };
    expectReport('sum_azure_trace.py', [trace, ...exports], 0, all);
    expectReport('sum_azure_trace.py', [trace, ...exports.slice(1)], 1, { equal: false });
  });
});
