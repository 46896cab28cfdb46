import type { DeadLetterRelayPorts, KeptDeadLetter } from '@floopy/application';
import { encodeDeadLetter } from '@floopy/contracts';
import type { PublishedRecord, Publisher } from '@floopy/kafka';

/** Writes parked records as the contracts say, and publishes them. */
export function deadLetterPublisher(publisher: Publisher, topic: string): DeadLetterRelayPorts['publisher'] {
  return { publishDeadLetters: (deadLetters) => publisher.publish(topic, deadLetters.map(encode)) };
}

function encode({ raw, ...deadLetter }: KeptDeadLetter): PublishedRecord {
  return encodeDeadLetter({
    ...deadLetter,
    key: bufferOf(raw.key),
    value: bufferOf(raw.value),
    // The client cannot send a header whose value is null.
    headers: raw.headers.flatMap(([name, value]) => (value === null ? [] : [[name, Buffer.from(value)] as const])),
  });
}

function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
