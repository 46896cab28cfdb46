import { type AlertMessage, alertMessageSchema } from '@floopy/contracts';
import { Kafka, logLevel } from 'kafkajs';
import { testServers } from './servers';

export interface HeardAlert {
  /** Of the record, and of its CloudEvent. */
  readonly key: string;
  readonly eventId: string;
  readonly message: AlertMessage;
}

export interface AlertListener {
  readonly heard: readonly HeardAlert[];
  close(): Promise<void>;
}

/** A consumer of an alerts topic from its beginning, which takes nothing but what the contract says. */
export async function listenToAlerts(topic: string): Promise<AlertListener> {
  const kafka = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `listener.${topic}` });
  const heard: HeardAlert[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message: { key, value, headers } }) => {
      const message = alertMessageSchema.parse(JSON.parse(String(value)));
      heard.push({ key: String(key), eventId: String(headers?.['ce_id']), message });
      return Promise.resolve();
    },
  });
  return { heard, close: () => consumer.disconnect() };
}
