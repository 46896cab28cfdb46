import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUsageClient, type UsageClient } from '@floopy/usage-client';
import { type EmbeddedKafka, startEmbeddedKafka } from '../../deploy/local/embedded-kafka';
import { compareIds, createTopic, leadersOf, readRecords, recordSteadily } from './usage-client-fixture';

const PARTITIONS = 12;

jest.setTimeout(180_000);

describe('the usage client on a cluster of three brokers', () => {
  let kafka: EmbeddedKafka;
  let client: UsageClient | undefined;

  beforeAll(async () => {
    kafka = await startEmbeddedKafka({ directory: mkdtempSync(join(tmpdir(), 'floopy-cluster-')), clusterSize: 3 });
  });

  afterAll(async () => {
    await client?.close({ timeoutMs: 0 });
    await kafka.discard();
  });

  it('loses nothing and doubles nothing when a leader is killed while it sends', async () => {
    const topic = await createTopic(kafka.brokers, 'usage', { partitions: PARTITIONS, copies: 3 });
    client = createUsageClient({ brokers: kafka.brokers, source: '/floopy/test', topic });
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
