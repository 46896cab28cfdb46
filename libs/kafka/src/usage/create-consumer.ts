import type { Consumer, Kafka } from 'kafkajs';
import { LONGEST_RETRY_MS } from './attempts';

const FIRST_RETRY_MS = 100;
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 1_000;
/**
 * A fetch is answered as soon as it brings a small transaction's worth of records, or after this time. Without a smallest
 * size, records that come one by one would each have a transaction of their own, and those would take the machine.
 */
const FETCH_WAIT_MS = 20;
const MIN_FETCH_BYTES = 131_072;
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
    minBytes: MIN_FETCH_BYTES,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxBytes: MAX_FETCH_BYTES,
    readUncommitted: false,
    retry: { initialRetryTime: FIRST_RETRY_MS, maxRetryTime: LONGEST_RETRY_MS },
  });
}
