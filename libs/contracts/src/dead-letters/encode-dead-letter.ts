import { type DeadLetterReason, formatInstant, type Instant } from '@floopy/domain';
import type { WireFault } from '../wire/wire-fault';
import type { DeadLetterHeaders } from './dead-letter-headers-schema';

/** A record that was parked, with where it lay and why it was not applied. */
export interface DeadLetter {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: string, value: Buffer])[];
  readonly reason: DeadLetterReason;
  readonly faults: readonly WireFault[];
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly parkedAt: Instant;
}

export interface EncodedDeadLetter {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, string | Buffer | Buffer[]>;
}

/**
 * Writes a parked record for the dead-letter topic: its original key, value and headers, and what happened to it in
 * headers of its own, which win over original ones of the same name. Topic, partition and offset tell a repetition.
 */
export function encodeDeadLetter(letter: DeadLetter): EncodedDeadLetter {
  const headers = new Map<string, Buffer[]>();
  for (const [name, value] of letter.headers) headers.set(name, [...(headers.get(name) ?? []), value]);
  const added: DeadLetterHeaders = {
    dead_letter_reason: letter.reason,
    dead_letter_faults: JSON.stringify(letter.faults),
    dead_letter_topic: letter.topic,
    dead_letter_partition: String(letter.partition),
    dead_letter_offset: String(letter.offset),
    dead_letter_parked_at: formatInstant(letter.parkedAt),
  };
  // A header may be called __proto__: entries define it, where an assignment would lose it.
  return { key: letter.key, value: letter.value, headers: { ...Object.fromEntries(headers), ...added } };
}
