import type { PartitionClaimed } from './partition-batch';
import type { Watermarks } from '../watermarks/read-watermarks';

/** A partition as this process reads it under one claim; another claim makes another object. */
export interface ClaimedPartition {
  readonly epoch: number;
  nextOffset: number;
  /** Set until the record before `nextOffset` was compared with the one that was applied last. */
  unverifiedDigest: string | null;
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

/** Where to begin reading: at the last applied record, when the log still has it, so that it can be recognised. */
export function firstOffsetToRead(claim: PartitionClaimed, { low }: Watermarks): number {
  return canVerify(claim, low) ? claim.nextOffset - 1 : claim.nextOffset;
}

export function openClaim(claim: PartitionClaimed, { low }: Watermarks): ClaimedPartition {
  return {
    epoch: claim.epoch,
    nextOffset: claim.nextOffset,
    unverifiedDigest: canVerify(claim, low) ? claim.lastRecordDigest : null,
  };
}

function canVerify(claim: PartitionClaimed, low: number): boolean {
  return claim.lastRecordDigest !== null && claim.nextOffset - 1 >= low;
}
