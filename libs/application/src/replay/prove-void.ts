import {
  type CorrectedCharge,
  GENESIS_HASH,
  type IdentifiedVoid,
  type LedgerEvent,
  postReversal,
  type Sha256,
  standingCharge,
  subtractAmounts,
  type VoidingEvent,
} from '@floopy/domain';
import { compareEntries, type Finding } from './compare-entries';

/** The reversal that a void became, with the charge that the record names. */
export interface PostedVoid {
  readonly stated: IdentifiedVoid;
  readonly event: LedgerEvent;
  readonly voiding: VoidingEvent;
  /** Null when the event that the record names was never applied. */
  readonly corrected: CorrectedCharge | null;
}

/** Posts the reversal of a void a second time, on what stood of its charge before it, and compares. */
export function proveVoid({ stated, event, voiding, corrected }: PostedVoid, sha256: Sha256): Finding[] {
  const before = corrected === null ? null : correctedBefore(corrected, event.sequence);
  if (before === null || standingCharge(before).isReversed) {
    return [{ kind: 'parked', expected: 'no charge to take back', found: `a reversal at ${event.sequence}` }];
  }
  const head = {
    organizationId: event.organizationId,
    sequence: event.sequence - 1,
    balance: subtractAmounts(event.balanceAfter, event.amount),
    hash: GENESIS_HASH,
    recordedAt: event.recordedAt,
  };
  const { source, id, reason } = stated.event;
  const reversal = {
    reason,
    uncount: before.charge.usage.counted,
    voiding: { source, id, contentDigest: stated.content, ingestPartition: voiding.ingestPartition },
  };
  return compareEntries(postReversal(head, before, reversal, event.recordedAt, sha256).event, event);
}

/** A charge as it stood before a position; null when it comes after it. */
export function correctedBefore({ charge, corrections }: CorrectedCharge, position: number): CorrectedCharge | null {
  if (charge.sequence >= position) return null;
  return { charge, corrections: corrections.filter(({ sequence }) => sequence < position) };
}
