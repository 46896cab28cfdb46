import type { KafkaMessage } from 'kafkajs';
import { type ClaimedPartition, faultOfTopic, MADE_ANEW, type Stretch } from './claimed-partition';

/** Why what was fetched of a partition must not be applied. */
export type Misfit =
  /** It does not follow what was read; where to read from must be settled anew. */
  { readonly type: 'astray' } | { readonly type: 'halt'; readonly reason: string };

export interface MisfitTerms {
  readonly digestOf: (message: KafkaMessage) => string;
  /** Where the log begins. */
  readonly lowWatermark: () => Promise<number>;
}

/**
 * Why what was fetched must not be applied, or null. It says what the client has read, not what was applied.
 * Offsets that are missing within the log are legitimate (transaction markers, aborted records); they are lost only
 * where the log no longer reaches back to them. Records from before the position are the client's silent reset.
 */
export async function findMisfit(
  [firstRecord]: readonly KafkaMessage[],
  stretch: Stretch,
  claimed: ClaimedPartition,
  terms: MisfitTerms,
): Promise<Misfit | null> {
  if (firstRecord === undefined) return null;
  const firstOffset = Number(firstRecord.offset);
  const { unverified } = claimed;
  if (firstOffset === unverified?.offset) {
    claimed.unverified = null;
    if (terms.digestOf(firstRecord) === unverified.digest) return null;
    const reason = `offset ${firstOffset} holds another record than the one that was applied: ${MADE_ANEW}`;
    return { type: 'halt', reason };
  }
  if (firstOffset < claimed.readUntil) return { type: 'astray' };
  const fault = faultOfTopic(claimed, stretch);
  if (fault !== null) return { type: 'halt', reason: fault };
  claimed.unverified = null;
  if (firstOffset < claimed.nextOffset) return { type: 'astray' };
  if (stretch.first <= claimed.readUntil) return null;
  return (await terms.lowWatermark()) > claimed.readUntil ? { type: 'astray' } : null;
}
