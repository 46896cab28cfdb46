import { connect } from 'node:net';
import { type Environment, type KafkaConnection, kafkaConnectionOf, kafkaSettings, parseConfig } from '@floopy/runtime';
import { z } from 'zod';
import { describe, NotReachable, WrongUsage } from './faults';

const settings = z.object(kafkaSettings);
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * How to reach Kafka, once one of them takes connections: the client would go on trying for many seconds, which suits a
 * service and not somebody who waits for an answer. @throws NotReachable
 */
export async function reachKafka(environment: Environment): Promise<KafkaConnection> {
  const outcome = parseConfig(settings, environment);
  if (outcome.type === 'faulty') throw new WrongUsage(outcome.message);
  const connection = kafkaConnectionOf(outcome.config);
  const { brokers } = connection;
  const attempts = await Promise.allSettled(brokers.map(connectTo));
  const failures = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [describe(attempt.reason)] : []));
  if (failures.length < brokers.length) return connection;
  throw new NotReachable(`Kafka is not reachable at ${brokers.join(', ')}: ${failures[0] ?? 'no broker is named'}`);
}

function connectTo(broker: string): Promise<void> {
  const colon = broker.lastIndexOf(':');
  const socket = connect({ host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) });
  return new Promise((resolve, reject) => {
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('it does not answer')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
