import type { LastRecord, PartitionClaimed } from './partition-batch';
import type { Watermarks } from '../watermarks/read-watermarks';

/** A partition as this process reads it under one claim; another claim makes another object. */
export interface ClaimedPartition {
  readonly epoch: number;
  /** The first offset that is not passed in the database. */
  nextOffset: number;
  /** The client has read up to here, and found no record from `nextOffset` on: only what it hands to nobody. */
  emptyUntil: number;
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
  return { epoch, nextOffset, emptyUntil: unverified?.offset ?? nextOffset, logEnd: high, unverified };
}

/** Notes that an offset was passed in the database. */
export function passed(claimed: ClaimedPartition, nextOffset: number): void {
  claimed.nextOffset = Math.max(claimed.nextOffset, nextOffset);
  claimed.emptyUntil = Math.max(claimed.emptyUntil, claimed.nextOffset);
}

/**
 * Notes a stretch of the log in which no record is left. One that does not follow what was read before was fetched
 * under an earlier claim, and says nothing.
 */
export function readNothing(claimed: ClaimedPartition, { first, last }: Stretch): void {
  if (first <= claimed.emptyUntil) claimed.emptyUntil = Math.max(claimed.emptyUntil, last + 1);
}

/** Why the topic is another one than was read, or null: what was a record once remains one. */
export function faultOfTopic(claimed: ClaimedPartition, { first, last }: Stretch): string | null {
  const { unverified } = claimed;
  return unverified !== null && first <= unverified.offset && last >= unverified.offset
    ? `offset ${unverified.offset} holds no record any more, and held the one that was read last: ${MADE_ANEW}`
    : null;
}

export const MADE_ANEW = 'the topic was made anew';
