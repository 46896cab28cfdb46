import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningConsumer, startConsumer } from '../../../../test/support/running-consumer';
import { testServers } from '../../../../test/support/servers';
import { type TemporaryDirectory, temporaryDirectory } from '../../../../test/support/temporary-directory';
import { createUsageFixture, type UsageFixture } from '../../../../test/support/usage-fixture';
import { operate } from '../../test/operate';

const SUM_TRACE = join(__dirname, '../../../../test/golden/sum-trace.mjs');
const TRACE_LINES = 500;

describe('publish', () => {
  let fixture: UsageFixture;
  let consumer: RunningConsumer;
  let directory: TemporaryDirectory;
  let environment: Record<string, string>;

  beforeEach(async () => {
    fixture = await createUsageFixture(4);
    consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
    directory = temporaryDirectory();
    environment = { DATABASE_URL: fixture.database.url, KAFKA_BROKERS: testServers().kafkaBrokers.join(',') };
  });

  afterEach(async () => {
    directory.remove();
    await consumer.stop();
    await fixture.close();
  });

  const publish = (...args: string[]) => operate(['publish', '--topic', fixture.topic, '--json', ...args], environment);

  async function expectVerified(): Promise<void> {
    const { exitCode, json } = await operate(['verify', '--without-kafka', '--json'], environment);
    expect({ exitCode, mismatches: json['mismatches'] }).toEqual({ exitCode: 0, mismatches: [] });
  }

  it('sends a recorded trace: every line is charged once, and sending it again changes nothing', async () => {
    const file = join(directory.path, 'trace.csv');
    writeFileSync(file, aTrace());
    const args = ['--format', 'azure-llm-2023', '--file', file, '--organizations', '3'];
    const { exitCode, json } = await publish(...args);
    expect({ exitCode, json }).toMatchObject({ exitCode: 0, json: { sent: TRACE_LINES, failed: 0 } });
    expect(String(json['first_id'])).toMatch(/^[0-9a-f]{16}-2$/);
    await fixture.untilPassed(TRACE_LINES);
    const charged = await chargedIn(fixture);

    await publish(...args);
    const passed = await fixture.untilPassed(2 * TRACE_LINES);
    expect(passed).toMatchObject({ applied: TRACE_LINES, duplicates: TRACE_LINES, parked: 0 });
    expect(await chargedIn(fixture)).toBe(charged);
    expect(JSON.parse(execFileSync(process.execPath, [SUM_TRACE, file], { encoding: 'utf8' }))).toEqual({
      requests: TRACE_LINES,
      cents: charged,
    });
    await expectVerified();
  });

  it('plays generated usage with resends, and its manifest names every distinct event', async () => {
    const manifest = join(directory.path, 'ids.jsonl');
    const played = ['--format', 'generate', '--count', '1000', '--seed', '7', '--model', 'gpt-4o'];
    const { exitCode, json } = await publish(...played, '--duplicates', '10', '--manifest', manifest);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ distinct: 1_000, failed: 0 });
    const sent = Number(json['sent']);
    expect(sent - 1_000).toBeGreaterThan(60);
    expect(sent - 1_000).toBeLessThan(140);
    const passed = await fixture.untilPassed(sent);
    expect(passed).toMatchObject({ applied: 1_000, duplicates: sent - 1_000, parked: 0 });
    const lines = readFileSync(manifest, 'utf8').trimEnd().split('\n');
    const named = lines.map((line) => JSON.parse(line) as { id: string; delivered: boolean });
    expect(new Set(named.map(({ id }) => id)).size).toBe(1_000);
    expect(named.every(({ delivered }) => delivered)).toBe(true);
    await expectVerified();
  });

  it('plays the very same events again when a seed and a time are given', async () => {
    const args = ['--format', 'generate', '--count', '50', '--seed', '3', '--from', '2026-10-01T00:00:00Z'];
    await publish(...args, '--model', 'gpt-4o');
    await publish(...args, '--model', 'gpt-4o');
    expect(await fixture.untilPassed(100)).toMatchObject({ applied: 50, duplicates: 50, parked: 0 });
  });

  it('sends CloudEvents from a file, and keeps to the rate', async () => {
    const file = join(directory.path, 'events.jsonl');
    writeFileSync(file, Array.from({ length: 20 }, (_, index) => aLine(`evt_${index}`)).join('\n'));
    const { json } = await publish('--format', 'jsonl', '--file', file, '--rate', '20');
    expect(json).toMatchObject({ sent: 20, first_id: 'evt_0', last_id: 'evt_19' });
    expect(json['seconds']).toBeGreaterThan(0.9);
    expect(await fixture.untilPassed(20)).toMatchObject({ applied: 20, parked: 0 });
  });

  it('ends where it is when it is stopped, and tells how far it came', async () => {
    const stop = AbortSignal.timeout(1_500);
    const endless = ['publish', '--topic', fixture.topic, '--format', 'generate', '--rate', '50', '--model', 'gpt-4o'];
    const { exitCode, json } = await operate([...endless, '--json'], environment, stop);
    expect(exitCode).toBe(0);
    const sent = Number(json['sent']);
    expect(sent).toBeGreaterThan(0);
    expect(await fixture.untilPassed(sent)).toMatchObject({ applied: sent, parked: 0 });
  });

  it('refuses a line that would be parked, and names it', async () => {
    const file = join(directory.path, 'faulty.jsonl');
    writeFileSync(file, [aLine('evt_1'), aLine('evt_2', { provider: '' }), aLine('evt_3')].join('\n'));
    const { exitCode, error } = await publish('--format', 'jsonl', '--file', file);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/line 2 would be parked as invalid: .*provider/);
  });

  it('sends nothing on a dry run, and says what it would send', async () => {
    const { exitCode, json } = await publish('--format', 'generate', '--count', '10', '--seed', '1', '--dry-run');
    expect({ exitCode, json }).toMatchObject({ exitCode: 0, json: { sent: 0, would_be_sent: 10 } });
    expect((await fixture.passed()).offsets).toBe(0);
  });
});

/** A trace as it is published: Windows line ends, seven decimals of a second, no end of the last line. */
function aTrace(): string {
  const lines = Array.from({ length: TRACE_LINES }, (_, index) => {
    const second = String(index % 60).padStart(2, '0');
    return `2023-11-16 18:${String(15 + (index % 40)).padStart(2, '0')}:${second}.6805900,${30 + 7 * index},${index % 997}`;
  });
  return ['TIMESTAMP,ContextTokens,GeneratedTokens', ...lines].join('\r\n');
}

function aLine(id: string, overrides: Record<string, unknown> = {}): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: '/floopy/test',
    type: 'ai.floopy.usage.recorded.v1',
    time: '2026-11-01T10:00:00.000Z',
    data: {
      organization_id: 'org_acme',
      request_id: `req_${id}`,
      origin: 'gateway',
      provider: 'openai',
      model: 'gpt-4o',
      outcome: 'succeeded',
      usage: { input_tokens: 10, output_tokens: 5 },
      ...overrides,
    },
  });
}

/** What all organizations were charged, in cents. */
async function chargedIn({ database }: UsageFixture): Promise<string> {
  const { rows } = await database.pool.query<{ charged: string }>('SELECT -sum(amount) AS charged FROM ledger_event');
  return rows[0]?.charged ?? '';
}
