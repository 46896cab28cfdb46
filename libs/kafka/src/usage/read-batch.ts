import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { WorkEnd } from './attempts';
import type { ClaimedPartition } from './claimed-partition';
import type { BatchHandler, BatchOutcome } from './partition-batch';

export interface ReadBatchTerms {
  readonly handler: BatchHandler;
  readonly maxRecords: number;
  readonly digestOf: (message: KafkaMessage) => string;
  readonly lowWatermark: () => Promise<number>;
  /** False once the partition was claimed anew, sought elsewhere, or the reader stops: what was fetched is dropped. */
  readonly isCurrent: () => boolean;
  /** Tries until it succeeds or the reader stops; throws only what makes the client rejoin its group. */
  readonly attempt: (work: () => Promise<WorkEnd>) => Promise<void>;
  readonly advanced: (records: number, lagRecords: number) => void;
}

/** How the reading of a fetched batch ended. */
export type BatchEnd =
  | { readonly type: 'read' }
  | { readonly type: 'fenced' }
  /** What was fetched does not follow what was applied; where to read from must be settled anew. */
  | { readonly type: 'astray' }
  | { readonly type: 'seek'; readonly offset: number }
  | { readonly type: 'halt'; readonly reason: string };

/**
 * Hands a fetched batch to the handler in transactions of a bounded size. A record is resolved once it is applied, so
 * that whatever interrupts the rest is fetched again.
 */
export async function readBatch(
  payload: EachBatchPayload,
  claimed: ClaimedPartition,
  terms: ReadBatchTerms,
): Promise<BatchEnd> {
  const { topic, partition, messages, highWatermark } = payload.batch;
  const misfit = await misfitOf(messages, claimed, terms);
  if (misfit !== null) return misfit;
  const fresh = messages.filter((message) => Number(message.offset) >= claimed.nextOffset);
  const last = messages.at(-1);
  if (fresh.length === 0 && last !== undefined) payload.resolveOffset(last.offset);

  for (let from = 0; from < fresh.length; from += terms.maxRecords) {
    if (!terms.isCurrent()) return { type: 'read' };
    const chunk = fresh.slice(from, from + terms.maxRecords);
    const outcome = await handle(
      { topic, partition, epoch: claimed.epoch, continuousFrom: claimed.nextOffset, messages: chunk },
      terms,
    );
    if (outcome === null) return { type: 'read' };
    if (outcome.type === 'fenced') return { type: 'fenced' };
    if (outcome.type === 'gap') return { type: 'seek', offset: outcome.nextOffset };
    claimed.nextOffset = outcome.nextOffset;
    payload.resolveOffset(String(outcome.nextOffset - 1));
    terms.advanced(chunk.length, Number(highWatermark) - outcome.nextOffset);
    await payload.heartbeat();
  }
  return { type: 'read' };
}

async function handle(batch: Parameters<BatchHandler>[0], terms: ReadBatchTerms): Promise<BatchOutcome | null> {
  let outcome: BatchOutcome | null = null;
  await terms.attempt(async () => {
    if (!terms.isCurrent()) return 'dropped';
    outcome = await terms.handler(batch);
    return 'done';
  });
  return outcome;
}

/**
 * Why a fetched batch must not be applied, or null.
 * Offsets that are missing within the log are legitimate (transaction markers, aborted records); they are lost only
 * where the log no longer reaches back to them. A batch from before the position is the client's silent reset.
 */
async function misfitOf(
  messages: readonly KafkaMessage[],
  claimed: ClaimedPartition,
  terms: ReadBatchTerms,
): Promise<BatchEnd | null> {
  const [first] = messages;
  if (first === undefined) return null;
  const { nextOffset, unverifiedDigest } = claimed;
  const firstOffset = Number(first.offset);
  claimed.unverifiedDigest = null;
  if (firstOffset === nextOffset) return null;
  if (firstOffset === nextOffset - 1 && unverifiedDigest !== null) {
    return terms.digestOf(first) === unverifiedDigest ? null : madeAnew(firstOffset);
  }
  if (firstOffset < nextOffset) return { type: 'astray' };
  const low = await terms.lowWatermark();
  return low > nextOffset ? { type: 'astray' } : null;
}

function madeAnew(offset: number): BatchEnd {
  return {
    type: 'halt',
    reason: `offset ${offset} holds another record than the one that was applied: the topic was made anew`,
  };
}
