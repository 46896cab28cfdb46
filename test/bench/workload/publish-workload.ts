import { encodeUsageEvent } from '@floopy/contracts';
import type { UsageEvent } from '@floopy/domain';
import { type Message, Partitioners } from 'kafkajs';
import { benchKafka } from '../stage/topic';

/** All of them may be for one partition, where they are one batch, and the topic takes batches of up to 1 MiB. */
const RECORDS_IN_A_SEND = 1_000;

/** Publishes events before anything is measured. @returns how many. */
export async function publishWorkload(
  brokers: readonly string[],
  topic: string,
  events: Iterable<UsageEvent>,
): Promise<number> {
  const producer = benchKafka(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  let published = 0;
  let messages: Message[] = [];
  const send = async (): Promise<void> => {
    await producer.send({ topic, messages });
    published += messages.length;
    messages = [];
  };
  for (const event of events) {
    messages.push(encodeUsageEvent(event));
    if (messages.length === RECORDS_IN_A_SEND) await send();
  }
  if (messages.length > 0) await send();
  await producer.disconnect();
  return published;
}
