import type { Consumer, Kafka } from 'kafkajs';
import { LONGEST_RETRY_MS } from './attempts';

const FIRST_RETRY_MS = 100;
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 1_000;
const FETCH_WAIT_MS = 20;
/** Several transactions' worth: a fetch costs the same whatever it brings, and what follows is decoded meanwhile. */
const MAX_BYTES_PER_PARTITION = 4_194_304;
const MAX_FETCH_BYTES = 4 * MAX_BYTES_PER_PARTITION;

/** A member of a consumer group whose partitions move within 10 s when it is killed, and that reads only what is committed. */
export function createConsumer(kafka: Kafka, groupId: string): Consumer {
  return kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxBytes: MAX_FETCH_BYTES,
    readUncommitted: false,
    retry: { initialRetryTime: FIRST_RETRY_MS, maxRetryTime: LONGEST_RETRY_MS },
  });
}
