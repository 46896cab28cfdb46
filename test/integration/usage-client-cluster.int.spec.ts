import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUsageClient, type UsageClient, type UsageClientOptions } from '@floopy/usage-client';
import { type EmbeddedKafka, startEmbeddedKafka } from '../../deploy/local/embedded-kafka';
import { type Interference, startTcpProxy } from '../support/tcp-proxy';
import { compareIds, createTopicOn, leadersOf, readRecords, recordSteadily, through } from './usage-client-fixture';

const PARTITIONS = 12;

jest.setTimeout(180_000);

describe('the usage client on a cluster of three brokers', () => {
  let kafka: EmbeddedKafka;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'floopy-cluster-'));
    kafka = await startEmbeddedKafka({ directory, clusterSize: 3, quickStart: true });
  });

  afterEach(async () => {
    for (const end of endings.splice(0).toReversed()) await end();
  });

  afterAll(() => kafka.discard());

  function aClient(options: Pick<UsageClientOptions, 'topic' | 'socketFactory'>): UsageClient {
    const client = createUsageClient({ brokers: kafka.brokers, source: '/floopy/test', ...options });
    endings.push(() => client.close({ timeoutMs: 0 }));
    return client;
  }

  async function aProxyPort(brokerPort: number | undefined, interference: Interference): Promise<number> {
    const proxy = await startTcpProxy(brokerPort ?? 0, interference);
    endings.push(() => proxy.stop());
    return proxy.port;
  }

  it('doubles nothing when one broker fails while another one is slow to answer', async () => {
    const topic = await createTopicOn(kafka.brokers, 'slow', { partitions: PARTITIONS, copies: 3 });
    const [failing, slow] = kafka.brokers.map((broker) => Number(broker.split(':')[1]));
    const proxies = new Map([
      [failing, await aProxyPort(failing, { cutsAnswer: (nth) => nth % 3 === 0 })],
      [slow, await aProxyPort(slow, { delayMs: 300 })],
    ]);
    const client = aClient({ topic, socketFactory: through((port) => proxies.get(port) ?? port) });
    const ids = await recordSteadily(client, 1_000, 10);
    expect(await client.close({ timeoutMs: 60_000 })).toMatchObject({ failed: [] });
    const records = await readRecords(kafka.brokers, topic);
    expect(compareIds(records, ids)).toEqual({ lost: 0, doubled: 0, distinct: 1_000 });
  });

  it('loses nothing and doubles nothing when a leader is killed while it sends', async () => {
    const topic = await createTopicOn(kafka.brokers, 'usage', { partitions: PARTITIONS, copies: 3 });
    const client = aClient({ topic });
    const sending = recordSteadily(client, 6_000, 8);
    await sleep(1_500);
    const [leader = 1] = await leadersOf(kafka.brokers, topic);
    await kafka.kill(leader - 1);
    const ids = await sending;
    expect(ids).toHaveLength(6_000);
    expect(await client.close({ timeoutMs: 60_000 })).toMatchObject({ failed: [] });
    // It has sent through the change of leaders, not before it.
    expect(await leadersOf(kafka.brokers, topic)).not.toContain(leader);

    await kafka.restart(leader - 1);
    const records = await readRecords(kafka.brokers, topic);
    expect(compareIds(records, ids)).toEqual({ lost: 0, doubled: 0, distinct: 6_000 });
  });
});
