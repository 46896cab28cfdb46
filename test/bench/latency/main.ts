import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeUsageEvent, TOPICS } from '@floopy/contracts';
import { type Message, Partitioners, type Producer } from 'kafkajs';
import { partitionOf } from '../workload/partition-of';
import { benchKafka } from '../stage/topic';
import { eventsOf } from '../workload/workloads';
import { producerSettings, type SentRun } from './settings';

/** As a gateway's client gathers events before it sends. */
const SEND_EVERY_MS = 5;

interface DueRecord {
  readonly partition: number;
  readonly message: Message;
  readonly dueAtMs: number;
}

/**
 * An open loop: every event has a time at which it is due, whatever became of those before it. Its latency counts from
 * there, so that a producer or a consumer that falls behind is seen to do so.
 */
async function main(): Promise<void> {
  const { brokers, sentPath } = producerSettings();
  const messages = encodedMessages();
  const producer = benchKafka(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const sent = await sendWhenDue(producer, messages);
  await producer.disconnect();
  writeFileSync(`${sentPath}.draft`, JSON.stringify(sent));
  renameSync(`${sentPath}.draft`, sentPath);
}

async function sendWhenDue(producer: Producer, messages: readonly Omit<DueRecord, 'dueAtMs'>[]): Promise<SentRun[]> {
  const { eventsPerSecond } = producerSettings();
  const beganAtMs = Date.now();
  const sends: Promise<SentRun[]>[] = [];
  for (let next = 0; next < messages.length;) {
    const due = Math.min(messages.length, Math.floor(((Date.now() - beganAtMs) / 1000) * eventsPerSecond));
    const records = messages
      .slice(next, due)
      .map((record, index) => ({ ...record, dueAtMs: beganAtMs + ((next + index) / eventsPerSecond) * 1000 }));
    if (records.length > 0) sends.push(send(producer, records));
    next = Math.max(next, due);
    await pause(SEND_EVERY_MS);
  }
  return (await Promise.all(sends)).flat();
}

async function send(producer: Producer, records: readonly DueRecord[]): Promise<SentRun[]> {
  const { topic } = producerSettings();
  const messages = records.map(({ message }) => message);
  const answers = await producer.send({ topic, messages, acks: 1 });
  return answers.map(({ partition, baseOffset }) => ({
    partition,
    firstOffset: Number(baseOffset),
    dueAtMs: records.filter((record) => record.partition === partition).map(({ dueAtMs }) => dueAtMs),
  }));
}

function encodedMessages(): Omit<DueRecord, 'dueAtMs'>[] {
  const { partitions } = TOPICS.usageRecorded;
  return [...eventsOf(producerSettings().workload)].map((event) => {
    const message = encodeUsageEvent(event);
    const partition = partitionOf(message.key, partitions);
    return { partition, message: { ...message, partition } };
  });
}

void main();
