import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { WorkEnd } from './attempts';
import { type ClaimedPartition, faultOfTopic, MADE_ANEW, passed, readNothing, type Stretch } from './claimed-partition';
import type { BatchHandler, BatchOutcome, PartitionBatch } from './partition-batch';

export interface ReadBatchTerms {
  readonly handler: BatchHandler;
  readonly maxRecords: number;
  readonly digestOf: (message: KafkaMessage) => string;
  /** Where the log begins; null when the reader stops before it is known. */
  readonly lowWatermark: () => Promise<number | null>;
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
  if (!terms.isCurrent()) return { type: 'read' };
  const { batch } = payload;
  claimed.logEnd = Number(batch.highWatermark);
  const stretch = { first: Number(batch.firstOffset()), last: Number(batch.lastOffset()) };
  const misfit = await misfitOf(batch.messages, stretch, claimed, terms);
  if (misfit !== null) return misfit;
  const fresh = batch.messages.filter((message) => Number(message.offset) >= claimed.nextOffset);
  if (fresh.length === 0) {
    readNothing(claimed, stretch);
    payload.resolveOffset(batch.lastOffset());
  }

  const runs = runsOf(fresh, terms.maxRecords);
  for (const [index, messages] of runs.entries()) {
    if (!terms.isCurrent()) return { type: 'read' };
    const following = runs[index + 1] ?? [];
    // What the client leaves out behind the last record, markers mostly, is passed with it.
    const continuousUntil = following[0] === undefined ? stretch.last + 1 : Number(following[0].offset);
    const end = await pass({ ...placeOf(batch, claimed), continuousUntil, messages, following }, claimed, terms);
    if (end.type !== 'read') return end;
    if (claimed.nextOffset < continuousUntil) return end;
    payload.resolveOffset(String(continuousUntil - 1));
    await payload.heartbeat();
  }
  return { type: 'read' };
}

function runsOf(messages: readonly KafkaMessage[], maxRecords: number): (readonly KafkaMessage[])[] {
  const runs = [];
  for (let from = 0; from < messages.length; from += maxRecords) runs.push(messages.slice(from, from + maxRecords));
  return runs;
}

/** Passes a stretch that the client hands to nobody, since no record is left in it. */
export function passEmpty(
  place: Pick<PartitionBatch, 'topic' | 'partition'>,
  claimed: ClaimedPartition,
  terms: PassingTerms,
): Promise<BatchEnd> {
  return pass(
    { ...placeOf(place, claimed), continuousUntil: claimed.emptyUntil, messages: [], following: [] },
    claimed,
    terms,
  );
}

function placeOf(
  { topic, partition }: Pick<PartitionBatch, 'topic' | 'partition'>,
  { epoch, nextOffset }: ClaimedPartition,
): Pick<PartitionBatch, 'topic' | 'partition' | 'epoch' | 'continuousFrom'> {
  return { topic, partition, epoch, continuousFrom: nextOffset };
}

type PassingTerms = Pick<ReadBatchTerms, 'handler' | 'isCurrent' | 'attempt' | 'advanced'>;

async function pass(batch: PartitionBatch, claimed: ClaimedPartition, terms: PassingTerms): Promise<BatchEnd> {
  const outcome = await handle(batch, terms);
  if (outcome === null) return { type: 'read' };
  if (outcome.type === 'fenced') return { type: 'fenced' };
  if (outcome.type === 'gap') return { type: 'seek', offset: outcome.nextOffset };
  passed(claimed, outcome.nextOffset);
  terms.advanced(batch.messages.length, claimed.logEnd - claimed.nextOffset);
  return { type: 'read' };
}

/** @returns null when the claim was replaced before the handler could be asked. */
async function handle(batch: PartitionBatch, terms: PassingTerms): Promise<BatchOutcome | null> {
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
  [firstRecord]: readonly KafkaMessage[],
  stretch: Stretch,
  claimed: ClaimedPartition,
  terms: ReadBatchTerms,
): Promise<BatchEnd | null> {
  if (firstRecord === undefined) return null;
  const firstOffset = Number(firstRecord.offset);
  const { unverified } = claimed;
  if (firstOffset === unverified?.offset) {
    claimed.unverified = null;
    if (terms.digestOf(firstRecord) === unverified.digest) return null;
    const reason = `offset ${firstOffset} holds another record than the one that was applied: ${MADE_ANEW}`;
    return { type: 'halt', reason };
  }
  if (firstOffset < claimed.emptyUntil) return { type: 'astray' };
  const fault = faultOfTopic(claimed, stretch);
  if (fault !== null) return { type: 'halt', reason: fault };
  claimed.unverified = null;
  if (firstOffset < claimed.nextOffset) return { type: 'astray' };
  if (stretch.first <= claimed.emptyUntil) return null;
  const low = await terms.lowWatermark();
  if (low === null) return { type: 'read' };
  return low > claimed.nextOffset ? { type: 'astray' } : null;
}
