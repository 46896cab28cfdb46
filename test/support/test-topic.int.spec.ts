import { Kafka, logLevel } from 'kafkajs';
import { testServers } from './servers';
import { createTestTopic, uniqueTopic } from './test-topic';

describe('a test topic', () => {
  it('has a name of its own, the partitions asked for, and takes records at once', async () => {
    const topic = await createTestTopic('support', { partitions: 3 });
    const kafka = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    await producer.connect();
    const [answer] = await producer.send({ topic, messages: [{ value: 'one', partition: 2 }] });
    await producer.disconnect();
    expect(answer).toMatchObject({ topicName: topic, partition: 2, errorCode: 0 });
    expect(Number(answer?.logAppendTime)).toBeGreaterThan(0);
    expect(uniqueTopic('support')).not.toBe(topic);
  });

  it('is the only way to a topic: the broker makes none by itself', async () => {
    const kafka = new Kafka({
      brokers: testServers().kafkaBrokers,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    });
    const producer = kafka.producer();
    await producer.connect();
    await expect(producer.send({ topic: uniqueTopic('absent'), messages: [{ value: 'x' }] })).rejects.toThrow(
      /does not host this topic-partition/,
    );
    await producer.disconnect();
  });
});
