import { instantOfMilliseconds } from '@floopy/domain';
import type { Admin, Producer } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { testServers } from '../../../../test/support/servers';
import { createTestTopic } from '../../../../test/support/test-topic';
import { createKafka } from '../connection/create-kafka';
import { PRECISION_MS, WaitingRecordsFinder } from './waiting-records';

describe('WaitingRecordsFinder', () => {
  const kafka = createKafka({ brokers: testServers().kafkaBrokers, clientId: 'test-waiting-records' });
  let admin: Admin;
  let producer: Producer;

  beforeAll(async () => {
    admin = kafka.admin();
    producer = kafka.producer({ allowAutoTopicCreation: false });
    await Promise.all([admin.connect(), producer.connect()]);
  });

  afterAll(() => Promise.all([admin.disconnect(), producer.disconnect()]));

  const now = () => instantOfMilliseconds(Date.now());
  const append = async (topic: string, partition: number, value: string): Promise<void> => {
    await producer.send({ topic, messages: [{ partition, key: 'k', value }] });
  };

  it('finds nothing where everything is applied, and nothing in an empty partition', async () => {
    const topic = await createTestTopic('waiting', { partitions: 2 });
    await append(topic, 0, 'one');
    const finder = new WaitingRecordsFinder(admin, topic);
    const applied = [{ partition: 0, nextOffset: 1, appliedUntil: now() }];
    expect(await finder.find(applied, now())).toEqual({ partitionCount: 2, waiting: new Map() });
  });

  it('says since when the oldest record waits, whatever came after it', async () => {
    const topic = await createTestTopic('waiting', { partitions: 2 });
    await append(topic, 0, 'applied');
    const appliedUntil = now();
    await pause(700);
    const appendedAt = now();
    await append(topic, 0, 'oldest waiting');
    await pause(900);
    await append(topic, 0, 'later');
    await append(topic, 1, 'of a partition that nobody has claimed');
    const finder = new WaitingRecordsFinder(admin, topic);
    const { waiting } = await finder.find([{ partition: 0, nextOffset: 1, appliedUntil }], now());
    expect(waiting.get(0)?.records).toBe(2);
    expect(Math.abs((waiting.get(0)?.since ?? 0) - appendedAt)).toBeLessThanOrEqual(PRECISION_MS + 50);
    expect(waiting.get(1)?.records).toBe(1);
  });

  it('keeps its finding while nothing is applied, so that the age grows with the clock', async () => {
    const topic = await createTestTopic('waiting');
    await append(topic, 0, 'one');
    const finder = new WaitingRecordsFinder(admin, topic);
    const first = (await finder.find([], now())).waiting.get(0)?.since;
    await pause(400);
    await append(topic, 0, 'two');
    expect((await finder.find([], now())).waiting.get(0)).toEqual({ records: 2, since: first });
  });

  it('finds a record that has waited long since the one before it', async () => {
    const topic = await createTestTopic('waiting');
    await append(topic, 0, 'one');
    const anHourAgo = instantOfMilliseconds(now() - 3_600_000);
    const startedAt = now();
    await append(topic, 0, 'two');
    const finder = new WaitingRecordsFinder(admin, topic);
    const { waiting } = await finder.find([{ partition: 0, nextOffset: 1, appliedUntil: anHourAgo }], now());
    expect(startedAt - (waiting.get(0)?.since ?? 0)).toBeLessThanOrEqual(1_000);
  });
});
