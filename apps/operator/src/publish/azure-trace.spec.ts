import { rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WrongUsage } from '../session/faults';
import { readAzureTrace } from './azure-trace';
import type { SourcedUsage } from './usage-source';

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const LINES = [
  '2023-11-16 18:15:46.6805900,374,44',
  '2023-11-16 18:15:50.9951690,396,109',
  '2023-11-16 18:15:51.2224670,879,55',
];

describe('readAzureTrace', () => {
  const directory = mkdtempSync(join(tmpdir(), 'floopy-trace-'));

  afterAll(() => rmSync(directory, { recursive: true }));

  async function read(text: string, organizationIds = ['org_a', 'org_b']): Promise<SourcedUsage[]> {
    const file = join(directory, 'trace.csv');
    writeFileSync(file, text);
    const { usages } = await readAzureTrace({ file, organizationIds, provider: 'openai', model: 'gpt-4o' });
    const read: SourcedUsage[] = [];
    for await (const usage of usages) read.push(usage);
    return read;
  }

  it('makes each line one served request at its time, of organizations in turn', async () => {
    const [first, second, third] = await read([HEADER, ...LINES].join('\r\n'));
    expect(first).toMatchObject({
      usage: {
        organization_id: 'org_a',
        provider: 'openai',
        model: 'gpt-4o',
        outcome: 'succeeded',
        usage: { input_tokens: 374, output_tokens: 44 },
      },
      time: new Date('2023-11-16T18:15:46.680Z'),
      source: '/floopy/trace/azure-llm-2023',
      place: 'line 2',
    });
    expect([second?.usage.organization_id, third?.usage.organization_id]).toEqual(['org_b', 'org_a']);
  });

  it('gives a line the same id whenever the file is read, and another in another file', async () => {
    const text = [HEADER, ...LINES].join('\n');
    const ids = (await read(text)).map(({ id }) => id);
    expect((await read(text)).map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(3);
    expect((await read(`${text}\n2023-11-16 18:15:52.0000000,1,1`))[0]?.id).not.toBe(ids[0]);
  });

  it('knows beforehand how many there will be, with or without an end of the last line', async () => {
    const file = join(directory, 'counted.csv');
    for (const end of ['', '\n', '\r\n']) {
      writeFileSync(file, [HEADER, ...LINES].join('\n') + end);
      expect((await readAzureTrace({ file, organizationIds: ['o'], provider: 'p', model: 'm' })).total).toBe(3);
    }
  });

  it.each([
    ['another header', 'time,in,out\n'],
    ['a line without tokens', `${HEADER}\n2023-11-16 18:15:46.6805900,374`],
    ['a negative count', `${HEADER}\n2023-11-16 18:15:46.6805900,-1,4`],
    ['a day without time', `${HEADER}\n2023-11-16,374,44`],
  ])('refuses a file with %s, and names the line', async (_, text) => {
    await expect(read(text)).rejects.toThrow(WrongUsage);
    await expect(read(text)).rejects.toThrow(/first line|line 2/);
  });
});
