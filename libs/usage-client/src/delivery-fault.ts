/**
 * What a failed send means for its batch.
 * - `transient`: try the same batch again, with the same sequence numbers
 * - `session_lost`: the broker does not know the producer's sequence, so it has not written the batch; a new producer
 *   may send it
 * - `refused`: trying again cannot help
 */
export type DeliveryFault = 'transient' | 'session_lost' | 'refused';

const SESSION_LOST = new Set(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH']);

/** Named one by one, because kafkajs also calls errors final that it merely does not know. */
const REFUSED = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'SASL_AUTHENTICATION_FAILED',
  'SECURITY_DISABLED',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'POLICY_VIOLATION',
]);

export function faultOf(error: unknown): DeliveryFault {
  for (const link of chainOf(error)) {
    if (link.name === 'KafkaJSSASLAuthenticationError') return 'refused';
    const type = 'type' in link && typeof link.type === 'string' ? link.type : '';
    if (REFUSED.has(type)) return 'refused';
    if (SESSION_LOST.has(type)) return 'session_lost';
  }
  return 'transient';
}

/** One line for people. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error and what caused it: kafkajs wraps the broker's answer when its own retries are used up. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let link = error; link instanceof Error && !chain.includes(link); link = link.cause) chain.push(link);
  return chain;
}
