import { connect } from 'node:net';
import { type Environment, kafkaBrokersSetting, parseConfig } from '@floopy/runtime';
import { z } from 'zod';
import { describe, NotReachable, WrongUsage } from './faults';

const settings = z.object({ KAFKA_BROKERS: kafkaBrokersSetting });
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * The brokers to use, once one of them takes connections: the client would go on trying for many seconds, which suits a
 * service and not somebody who waits for an answer. @throws NotReachable
 */
export async function reachKafka(environment: Environment): Promise<string[]> {
  const outcome = parseConfig(settings, environment);
  if (outcome.type === 'faulty') throw new WrongUsage(outcome.message);
  const brokers = outcome.config.KAFKA_BROKERS;
  const attempts = await Promise.allSettled(brokers.map(connectTo));
  const failures = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [describe(attempt.reason)] : []));
  if (failures.length < brokers.length) return brokers;
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
