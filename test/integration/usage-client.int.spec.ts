import { decodeUsageEvent, type UsageEventInput, type UsageRecord } from '@floopy/contracts';
import { createUsageClient, type UsageClient, type UsageClientOptions } from '@floopy/usage-client';
import { Partitioners, type PartitionMetadata } from 'kafkajs';
import { testServers } from '../support/servers';
import { type TestTopicOptions, uniqueTopic } from '../support/test-topic';
import { accepted, aUsage, compareIds, createTopicOn, deleteTopic, readRecords, usageOf } from './usage-client-fixture';

const PARTITIONS = 6;
const clients: UsageClient[] = [];

function aClient(options: Partial<UsageClientOptions> & Pick<UsageClientOptions, 'topic'>): UsageClient {
  const client = createUsageClient({ brokers: testServers().kafkaBrokers, source: '/floopy/test', ...options });
  clients.push(client);
  return client;
}

jest.setTimeout(60_000);

function aTopic(wanted: TestTopicOptions = {}): Promise<string> {
  return createTopicOn(testServers().kafkaBrokers, uniqueTopic('client'), wanted);
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close({ timeoutMs: 0 })));
});

describe('the usage client on a real broker', () => {
  it('delivers a usage as a record that the service decodes, and says where it lies', async () => {
    const topic = await aTopic({ partitions: PARTITIONS });
    const outcome = accepted(aClient({ topic }).record(aUsage({ metadata: { feature: 'faq' } })));
    const delivered = await outcome.delivered;
    const [record] = await readRecords(testServers().kafkaBrokers, topic);
    expect(delivered).toEqual({
      type: 'delivered',
      id: outcome.id,
      partition: record?.partition,
      offset: record?.offset,
    });
    const appendedAt = Number(record?.message.timestamp) as UsageRecord['appendedAt'];
    expect(decodeUsageEvent({ ...record!.message, headers: record!.message.headers, appendedAt })).toMatchObject({
      type: 'usage',
      event: { id: outcome.id, source: '/floopy/test', organizationId: 'org_acme', tokens: { input: 12_345 } },
    });
  });

  it('keeps the id, time and trace of a usage that brings its own', async () => {
    const topic = await aTopic();
    const attributes = { id: 'evt_1', time: new Date('2026-11-01T10:00:00.123Z'), traceparent: '00-4bf9-00f0-01' };
    await accepted(aClient({ topic }).record(aUsage(), attributes)).delivered;
    const [record] = await readRecords(testServers().kafkaBrokers, topic);
    const headers = record?.message.headers ?? {};
    expect([headers['ce_id'], headers['ce_time'], headers['traceparent']].map(String)).toEqual([
      'evt_1',
      '2026-11-01T10:00:00.123Z',
      '00-4bf9-00f0-01',
    ]);
  });

  it('delivers many usages once each, in their order within an organization, to the partition of its key', async () => {
    const topic = await aTopic({ partitions: PARTITIONS });
    const client = aClient({ topic });
    const ids = Array.from({ length: 5_000 }, (_, nth) => accepted(client.record(usageOf(nth))).id);
    expect(await client.flush({ timeoutMs: 30_000 })).toEqual({ type: 'flushed', delivered: 5_000, failed: [] });
    const records = await readRecords(testServers().kafkaBrokers, topic);
    expect(compareIds(records, ids)).toEqual({ lost: 0, doubled: 0, distinct: 5_000 });

    const requestsOf7 = records
      .toSorted((one, other) => Number(one.offset - other.offset))
      .filter((record) => String(record.message.key) === 'org_7')
      .map((record) => (JSON.parse(String(record.message.value)) as UsageEventInput).request_id);
    expect(requestsOf7).toEqual(Array.from({ length: 125 }, (_, round) => `req_${round * 40 + 7}`));
    const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({ partitionId, leader: 0 }));
    const choose = Partitioners.DefaultPartitioner();
    for (const { partition, message } of records) {
      expect(partition).toBe(choose({ topic, partitionMetadata: partitionMetadata as PartitionMetadata[], message }));
    }
  });

  it('follows a topic that does not exist yet', async () => {
    const topic = uniqueTopic('late');
    const retries: string[] = [];
    const client = aClient({ topic, onRetry: ({ detail }) => retries.push(detail) });
    const { delivered } = accepted(client.record(aUsage()));
    while (retries.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await createTopicOn(testServers().kafkaBrokers, topic);
    expect(await delivered).toMatchObject({ type: 'delivered', offset: 0n });
  });

  it('goes on when its topic is deleted and made anew', async () => {
    const topic = await aTopic({ partitions: 2 });
    const client = aClient({ topic });
    await accepted(client.record(usageOf(1))).delivered;
    await deleteTopic(testServers().kafkaBrokers, topic);
    const pending = accepted(client.record(usageOf(2)));
    await createTopicOn(testServers().kafkaBrokers, topic, { partitions: 2 });
    expect(await pending.delivered).toMatchObject({ type: 'delivered', offset: 0n });
  });
});

describe('the usage client answers with a type', () => {
  it('to invalid usage: every fault, by its pointer, and nothing is sent', async () => {
    const topic = await aTopic();
    const client = aClient({ topic });
    const usage = { ...aUsage(), provider: '', usage: { input_tokens: -1, output_tokens: 1 } };
    const outcome = client.record(usage);
    expect(outcome).toMatchObject({ type: 'rejected', reason: 'invalid' });
    expect(outcome.type === 'rejected' && outcome.faults.map((fault) => fault.pointer).toSorted()).toEqual([
      '/data/provider',
      '/data/usage/input_tokens',
    ]);
    expect(await client.flush({ timeoutMs: 1_000 })).toEqual({ type: 'flushed', delivered: 0, failed: [] });
  });

  it('to usage that is too large, too far ahead, or no JSON at all', () => {
    const client = aClient({ topic: 'never-reached' });
    const inAnHour = new Date(Date.now() + 3_600_000);
    const oversized = { ...aUsage(), note: 'x'.repeat(70_000) };
    expect(client.record(oversized)).toMatchObject({ type: 'rejected', reason: 'oversized' });
    expect(client.record(aUsage(), { time: inAnHour })).toMatchObject({ reason: 'too_far_in_future' });
    expect(client.record(aUsage(), { time: new Date(Number.NaN) })).toMatchObject({ reason: 'invalid' });
    expect(client.record({ ...aUsage(), request_id: 1n } as unknown as UsageEventInput)).toMatchObject({
      type: 'rejected',
      reason: 'undecodable',
    });
    expect(client.record(null as unknown as UsageEventInput)).toMatchObject({ type: 'rejected', reason: 'invalid' });
  });

  it('to a full buffer, and takes usage again once there is room', async () => {
    const topic = await aTopic();
    const client = aClient({ topic, bufferLimit: 3 });
    const outcomes = [1, 2, 3, 4].map((nth) => client.record(usageOf(nth)).type);
    expect(outcomes).toEqual(['accepted', 'accepted', 'accepted', 'buffer_full']);
    await client.flush({ timeoutMs: 10_000 });
    expect(client.record(usageOf(4)).type).toBe('accepted');
    const small = aClient({ topic, bufferLimitBytes: 700 });
    expect([1, 2, 3].map((nth) => small.record(usageOf(nth)).type)).toEqual(['accepted', 'buffer_full', 'buffer_full']);
  });

  it('to a broker that is down: after the stated time, with all that is needed to send it again', async () => {
    const client = aClient({ topic: 'usage', brokers: ['127.0.0.1:1'], deliveryTimeoutMs: 1_500 });
    const began = performance.now();
    const usage = aUsage();
    const { delivered, id } = accepted(client.record(usage, { time: new Date(1_790_000_000_000) }));
    usage.model = 'changed-by-the-caller-afterwards';
    expect(await delivered).toEqual({
      type: 'failed',
      id,
      reason: 'timed_out',
      retriable: true,
      detail: expect.stringContaining('ECONNREFUSED'),
      usage: aUsage(),
      attributes: { id, time: new Date(1_790_000_000_000) },
    });
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_500);
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it('to a broker that refuses: at once, as not worth another try, and goes on with what it takes', async () => {
    const topic = await aTopic({ settings: { 'max.message.bytes': '1500' } });
    const client = aClient({ topic });
    const large = accepted(client.record(aUsage({ metadata: { text: 'x'.repeat(3_000) } })));
    expect(await large.delivered).toMatchObject({ type: 'failed', reason: 'refused', retriable: false });
    expect(await accepted(client.record(aUsage())).delivered).toMatchObject({ type: 'delivered', offset: 0n });
  });

  it('to usage after close, which returns what it could not deliver', async () => {
    const topic = await aTopic();
    const client = aClient({ topic });
    const first = accepted(client.record(usageOf(1)));
    expect(await client.close()).toEqual({ type: 'closed', delivered: 1, failed: [] });
    expect(await first.delivered).toMatchObject({ type: 'delivered' });
    expect(client.record(usageOf(2))).toEqual({ type: 'closed' });

    const cutOff = aClient({ topic: 'usage', brokers: ['127.0.0.1:1'] });
    const { id } = accepted(cutOff.record(usageOf(3)));
    expect(await cutOff.flush({ timeoutMs: 50 })).toEqual({ type: 'timed_out', pending: 1 });
    expect(await cutOff.close({ timeoutMs: 50 })).toMatchObject({
      delivered: 0,
      failed: [{ id, reason: 'closed', retriable: true, usage: usageOf(3) }],
    });
  });

  it('to options that cannot work: an error before anything starts', () => {
    expect(() => createUsageClient({ brokers: [], source: '/x' })).toThrow('brokers');
    expect(() => createUsageClient({ brokers: ['a:1'], source: '/x', bufferLimit: 0 })).toThrow('bufferLimit');
    expect(() => createUsageClient({ brokers: ['a:1'], source: 'not a URI' })).toThrow('source');
  });
});
