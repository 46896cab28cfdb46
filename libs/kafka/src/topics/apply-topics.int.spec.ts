import type { TopicDeclaration } from '@floopy/contracts';
import { ConfigResourceTypes, type Kafka } from 'kafkajs';
import { testServers } from '../../../../test/support/servers';
import { createTestTopic, uniqueTopic } from '../../../../test/support/test-topic';
import { createKafka } from '../connection/create-kafka';
import { applyTopics, readTopics } from './apply-topics';
import { topicExists } from './topic-exists';

function aTopic(overrides: Partial<TopicDeclaration> = {}): TopicDeclaration {
  return {
    name: uniqueTopic('declared'),
    partitions: 3,
    key: 'organization id',
    cleanup: 'delete',
    retentionMs: 3_600_000,
    timestampType: 'LogAppendTime',
    config: { 'cleanup.policy': 'delete', 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '3600000' },
    ...overrides,
  };
}

describe('applyTopics', () => {
  let kafka: Kafka;

  beforeAll(() => {
    kafka = createKafka({ brokers: testServers().kafkaBrokers, clientId: 'topics-test' });
  });

  it('creates what is missing as it is declared, and finds nothing to do the second time', async () => {
    const topic = aTopic();
    expect(await readTopics(kafka, [topic])).toEqual([{ name: topic.name, type: 'missing' }]);
    const findings = [{ name: topic.name, type: 'as_declared' }];
    expect(await applyTopics(kafka, [topic])).toEqual({ created: [topic.name], findings });
    expect(await applyTopics(kafka, [topic])).toEqual({ created: [], findings });
  });

  it('creates each topic once when two apply at once', async () => {
    const topics = [aTopic(), aTopic()];
    const applied = await Promise.all([applyTopics(kafka, topics), applyTopics(kafka, topics)]);
    for (const { findings } of applied)
      expect(findings.map(({ type }) => type)).toEqual(['as_declared', 'as_declared']);
  });

  it('names each setting that differs, and changes none', async () => {
    const name = await createTestTopic('drifted', { partitions: 1, settings: { 'retention.ms': '1000' } });
    const drifted = {
      name,
      type: 'drifted',
      drift: [
        { setting: 'partitions', declared: '3', found: '1' },
        { setting: 'retention.ms', declared: '3600000', found: '1000' },
      ],
    };
    expect(await applyTopics(kafka, [aTopic({ name })])).toEqual({ created: [], findings: [drifted] });
    expect(await readTopics(kafka, [aTopic({ name })])).toEqual([drifted]);
  });

  it('tells whether a topic is there, and makes none by asking', async () => {
    const [there, absent] = [await createTestTopic('there'), uniqueTopic('absent')];
    expect(await topicExists(kafka, there)).toBe(true);
    expect(await topicExists(kafka, absent)).toBe(false);
    expect(await topicExists(kafka, absent)).toBe(false);
  });

  it('leaves a setting alone that is not declared', async () => {
    const topic = aTopic();
    await applyTopics(kafka, [topic]);
    await setting(kafka, topic.name, 'segment.bytes', '2000000');
    expect(await readTopics(kafka, [topic])).toEqual([{ name: topic.name, type: 'as_declared' }]);
  });
});

async function setting(kafka: Kafka, topic: string, name: string, value: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const kept = { name: 'retention.ms', value: '3600000' };
  const declared = { name: 'message.timestamp.type', value: 'LogAppendTime' };
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name, value }, kept, declared] }],
  });
  await admin.disconnect();
}
