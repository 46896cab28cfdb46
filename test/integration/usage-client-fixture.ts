import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UsageEventInput } from '@floopy/contracts';
import type { RecordOutcome, UsageClient } from '@floopy/usage-client';
import { Kafka, logLevel, type ISocketFactory, type KafkaMessage } from 'kafkajs';
import { createTopic, type TestTopicOptions } from '../support/test-topic';

export interface ReadRecord {
  readonly id: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly message: KafkaMessage;
}

export function aUsage(overrides: Partial<UsageEventInput> = {}): UsageEventInput {
  return {
    organization_id: 'org_acme',
    request_id: 'req_7Qd',
    origin: 'gateway',
    provider: 'openai',
    model: 'gpt-4o',
    outcome: 'succeeded',
    usage: { input_tokens: 12_345, cache_read_input_tokens: 10_000, output_tokens: 678 },
    ...overrides,
  };
}

/** Records `count` usages over some time, so that there are many batches. @returns the ids of those accepted. */
export async function recordSteadily(client: UsageClient, count: number, perRound: number): Promise<string[]> {
  const ids: string[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const outcome = client.record(usageOf(nth));
    if (outcome.type === 'accepted') ids.push(outcome.id);
    if (nth % perRound === 0) await sleep(10);
  }
  return ids;
}

/** The nth of many usages, spread over organizations. */
export function usageOf(nth: number, organizations = 40): UsageEventInput {
  return aUsage({ organization_id: `org_${nth % organizations}`, request_id: `req_${nth}` });
}

/** Creates a topic on a cluster of the test's own, and returns when the leader of each of its partitions answers for it. */
export async function createTopicOn(
  brokers: readonly string[],
  topic: string,
  options: TestTopicOptions = {},
): Promise<string> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await createTopic(admin, topic, options);
  await admin.disconnect();
  return topic;
}

/** Deletes a topic and returns when the broker has forgotten it. */
export async function deleteTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  while ((await admin.listTopics()).includes(topic)) await sleep(50);
  await admin.disconnect();
}

/** The leader of each partition, by its broker id, in the order of the partitions. */
export async function leadersOf(brokers: readonly string[], topic: string): Promise<number[]> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const partitions = topics[0]?.partitions ?? [];
  return partitions.toSorted((one, other) => one.partitionId - other.partitionId).map(({ leader }) => leader);
}

/** Everything on a topic, from its first record to the last one that is there now. */
export async function readRecords(brokers: readonly string[], topic: string): Promise<ReadRecord[]> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const ends = await endOffsets(kafka, topic);
  const records: ReadRecord[] = [];
  if (ends.size === 0) return records;
  const consumer = kafka.consumer({ groupId: `read-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ partition, message }: { partition: number; message: KafkaMessage }): Promise<void> => {
      const offset = BigInt(message.offset);
      records.push({ id: String(message.headers?.['ce_id']), partition, offset, message });
      if (offset + 1n >= (ends.get(partition) ?? 0n)) ends.delete(partition);
      if (ends.size === 0) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return records;
}

/** What was accepted. @throws for any other answer. */
export function accepted(outcome: RecordOutcome): Extract<RecordOutcome, { type: 'accepted' }> {
  if (outcome.type !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** How often each id is there, told as what is wrong: ids that are missing, and ids that are there twice. */
export function compareIds(records: readonly ReadRecord[], expected: readonly string[]): Record<string, number> {
  const found = new Set(records.map((record) => record.id));
  return {
    lost: expected.filter((id) => !found.has(id)).length,
    doubled: records.length - found.size,
    distinct: found.size,
  };
}

/** Leads every connection to a port of this machine instead of the one that the broker advertises. */
export function through(portFor: (advertised: number) => number): ISocketFactory {
  return ({ port, onConnect }) => connect({ host: '127.0.0.1', port: portFor(port) }, onConnect);
}

async function endOffsets(kafka: Kafka, topic: string): Promise<Map<number, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const filled = offsets.filter(({ low, high }) => BigInt(high) > BigInt(low));
  return new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]));
}
