import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUsageClient, type Retry, type UsageClient, type UsageClientOptions } from '@floopy/usage-client';
import { startEmbeddedKafka } from '../../deploy/local/embedded-kafka';
import { testServers } from '../support/servers';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { uniqueTopic } from '../support/test-topic';
import {
  accepted,
  compareIds,
  createTopicOn,
  readRecords,
  recordSteadily,
  through,
  usageOf,
} from './usage-client-fixture';

const PARTITIONS = 6;

function aTopic(purpose: string, partitions = 1): Promise<string> {
  return createTopicOn(testServers().kafkaBrokers, uniqueTopic(purpose), { partitions });
}

function brokerPort(): number {
  return Number(testServers().kafkaBrokers[0]?.split(':')[1]);
}

jest.setTimeout(180_000);

const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** A client of the test broker that reaches it through the proxy alone. */
async function aProxiedClient(
  options: Partial<UsageClientOptions>,
  cutsAnswer: (nth: number) => boolean,
): Promise<{ client: UsageClient; proxy: TcpProxy }> {
  const proxy = await startTcpProxy(brokerPort(), { cutsAnswer });
  endings.push(() => proxy.stop());
  const client = createUsageClient({
    brokers: testServers().kafkaBrokers,
    source: '/floopy/test',
    socketFactory: through(() => proxy.port),
    ...options,
  });
  endings.push(() => client.close({ timeoutMs: 0 }));
  return { client, proxy };
}

describe('the usage client when acknowledgements are lost', () => {
  it('loses nothing and doubles nothing, though every third answer never arrives', async () => {
    const topic = await aTopic('lost-acks', PARTITIONS);
    const { client, proxy } = await aProxiedClient({ topic }, (nth) => nth % 3 === 0);
    const ids = await recordSteadily(client, 3_000, 30);
    expect(await client.close()).toMatchObject({ failed: [] });
    expect(proxy.answersCut()).toBeGreaterThanOrEqual(10);
    const records = await readRecords(testServers().kafkaBrokers, topic);
    expect(compareIds(records, ids)).toEqual({ lost: 0, doubled: 0, distinct: 3_000 });
  });

  it('never puts another batch in the place of one that it gave up: what came after is there', async () => {
    const topic = await aTopic('given-up');
    let isCutting = true;
    const { client } = await aProxiedClient({ topic, deliveryTimeoutMs: 1_000 }, () => isCutting);
    const first = accepted(client.record(usageOf(1)));
    expect(await first.delivered).toMatchObject({ type: 'failed', reason: 'timed_out', retriable: true });
    isCutting = false;
    const second = accepted(client.record(usageOf(2)));
    expect(await second.delivered).toMatchObject({ type: 'delivered', offset: 1n });
    await client.close();
    // The one that was given up had been written once: all its attempts carried the same sequence numbers.
    const records = await readRecords(testServers().kafkaBrokers, topic);
    expect(records.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  it('gives up in time, and closes in time, while the broker hangs with its connections open', async () => {
    const topic = await aTopic('mute');
    const { client, proxy } = await aProxiedClient({ topic, deliveryTimeoutMs: 1_000 }, () => false);
    const reached = accepted(client.record(usageOf(1)));
    expect(await reached.delivered).toMatchObject({ type: 'delivered' });
    proxy.mute(true);
    const began = performance.now();
    const hung = accepted(client.record(usageOf(2)));
    expect(await hung.delivered).toMatchObject({ type: 'failed', reason: 'timed_out', usage: usageOf(2) });
    expect(performance.now() - began).toBeLessThan(2_000);
    client.record(usageOf(3));
    expect(await client.close({ timeoutMs: 100 })).toMatchObject({ failed: [{ reason: 'closed' }] });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('the usage client when its only broker is killed', () => {
  it('goes on by itself once the broker is back, and loses and doubles nothing', async () => {
    const kafka = await startEmbeddedKafka({ directory: mkdtempSync(join(tmpdir(), 'floopy-client-')) });
    endings.push(() => kafka.discard());
    const topic = await createTopicOn(kafka.brokers, 'usage', { partitions: PARTITIONS });
    const retries: string[] = [];
    const onRetry = ({ detail }: Retry): unknown => retries.push(detail);
    const client = createUsageClient({ brokers: kafka.brokers, source: '/floopy/test', topic, onRetry });
    endings.push(() => client.close({ timeoutMs: 0 }));
    const sending = recordSteadily(client, 3_000, 8);
    await sleep(1_000);
    await kafka.kill();
    await kafka.restart();
    const ids = await sending;
    expect(await client.close({ timeoutMs: 40_000 })).toMatchObject({ failed: [] });
    expect(retries.length).toBeGreaterThan(0);
    const records = await readRecords(kafka.brokers, topic);
    expect(compareIds(records, ids)).toEqual({ lost: 0, doubled: 0, distinct: 3_000 });
  });
});
