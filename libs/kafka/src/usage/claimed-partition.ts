import type { KafkaMessage } from 'kafkajs';
import type { LastRecord, PartitionBatch, PartitionClaimed } from './partition-batch';
import type { Watermarks } from '../watermarks/read-watermarks';

/** A partition as this process reads it under one claim; another claim makes another object. */
export interface ClaimedPartition {
  readonly epoch: number;
  /** The first offset that is not passed in the database. */
  nextOffset: number;
  /** The client has read up to here: the records that it found from `nextOffset` on are waiting. */
  readUntil: number;
  /** Records that were read and are not passed yet, in the order of their offsets. */
  readonly waiting: KafkaMessage[];
  /** Whether somebody passes what waits: one run comes after the other. */
  passing: boolean;
  /** The client was told to read no further for now, since enough is waiting. */
  heldBack: boolean;
  /** The end of the log when the client last read of it. */
  logEnd: number;
  /** Set until the record that was read last is met again. */
  unverified: LastRecord | null;
}

/** Offsets that the client has read in one answer, first and last included. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/**
 * Why a partition must not be read from `nextOffset` on, or null.
 * The log must still hold everything that was not applied, and must not end before what was.
 */
export function faultOfPosition(nextOffset: number, { low, high }: Watermarks): string | null {
  if (low > nextOffset) return `offsets ${nextOffset} to ${low - 1} are gone: retention passed the position`;
  if (high < nextOffset)
    return `the log ends at ${high}, before the position ${nextOffset}: the topic was truncated or made anew`;
  return null;
}

/** Begins at the record that was read last, when the log still has it, so that it can be recognised. */
export function openClaim(claim: PartitionClaimed, { low, high }: Watermarks): ClaimedPartition {
  const { epoch, nextOffset, lastRecord } = claim;
  const unverified = lastRecord !== null && lastRecord.offset >= low ? lastRecord : null;
  const readUntil = unverified?.offset ?? nextOffset;
  return { epoch, nextOffset, readUntil, waiting: [], passing: false, heldBack: false, logEnd: high, unverified };
}

/** Notes records that follow what was read before; what the database has passed already is left out. */
export function readRecords(claimed: ClaimedPartition, messages: readonly KafkaMessage[], { last }: Stretch): void {
  for (const message of messages) if (Number(message.offset) >= claimed.nextOffset) claimed.waiting.push(message);
  claimed.readUntil = Math.max(claimed.readUntil, last + 1);
}

/**
 * Notes a stretch of the log in which no record is left. One that does not follow what was read before was fetched
 * under an earlier claim, and says nothing.
 */
export function readNothing(claimed: ClaimedPartition, { first, last }: Stretch): void {
  if (first <= claimed.readUntil) claimed.readUntil = Math.max(claimed.readUntil, last + 1);
}

/** What is to be passed next: the records that wait, up to so many, and what the log no longer holds behind them. */
export function nextRun(
  claimed: ClaimedPartition,
  place: Pick<PartitionBatch, 'topic' | 'partition'>,
  maxRecords: number,
): PartitionBatch {
  const { epoch, nextOffset, readUntil, waiting } = claimed;
  const following = waiting.slice(maxRecords, 2 * maxRecords);
  // What the client leaves out behind the last record, markers mostly, is passed with it.
  const continuousUntil = following[0] === undefined ? Math.max(readUntil, nextOffset) : Number(following[0].offset);
  const messages = waiting.slice(0, maxRecords);
  return { ...place, epoch, continuousFrom: nextOffset, continuousUntil, messages, following };
}

/** Notes that an offset was passed in the database, and forgets what waited before it. */
export function passed(claimed: ClaimedPartition, nextOffset: number): void {
  claimed.nextOffset = Math.max(claimed.nextOffset, nextOffset);
  claimed.readUntil = Math.max(claimed.readUntil, claimed.nextOffset);
  const left = claimed.waiting.findIndex((message) => Number(message.offset) >= claimed.nextOffset);
  claimed.waiting.splice(0, left < 0 ? claimed.waiting.length : left);
}

/** Why the topic is another one than was read, or null: what was a record once remains one. */
export function faultOfTopic(claimed: ClaimedPartition, { first, last }: Stretch): string | null {
  const { unverified } = claimed;
  return unverified !== null && first <= unverified.offset && last >= unverified.offset
    ? `offset ${unverified.offset} holds no record any more, and held the one that was read last: ${MADE_ANEW}`
    : null;
}

export const MADE_ANEW = 'the topic was made anew';
