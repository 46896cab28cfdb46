import { assert } from '../assert';
import type { Sha256 } from '../canonical-text';
import { addAmounts, ZERO_AMOUNT } from '../money/amount';
import type { OrganizationId } from '../organization/organization';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { GENESIS_HASH, hashLedgerEvent, type UnhashedLedgerEvent } from './hash-ledger-event';
import type { LedgerEvent, StreamHead } from './ledger-event';

/** What an event says of itself; its place on the stream (sequence, balance, hash) follows from the head. */
export type LedgerFact = Omit<LedgerEvent, 'organizationId' | 'sequence' | 'balanceAfter' | 'recordedAt' | 'hash'>;

export interface Posting {
  readonly event: LedgerEvent;
  readonly head: StreamHead;
}

/** The head of a stream that has no event yet. */
export function emptyStream(organizationId: OrganizationId): StreamHead {
  return {
    organizationId,
    sequence: 0,
    balance: ZERO_AMOUNT,
    hash: GENESIS_HASH,
    recordedAt: instantOfMilliseconds(0),
  };
}

/** Puts a fact at the end of a stream: next sequence, balance after, chained hash. `now` is never before the head. */
export function postOnStream(head: StreamHead, fact: LedgerFact, now: Instant, sha256: Sha256): Posting {
  assert(now >= head.recordedAt, 'recordedAt never goes back within an organization');
  const unhashed: UnhashedLedgerEvent = {
    organizationId: head.organizationId,
    sequence: head.sequence + 1,
    type: fact.type,
    amount: fact.amount,
    balanceAfter: addAmounts(head.balance, fact.amount),
    occurredAt: fact.occurredAt,
    recordedAt: now,
    cause: fact.cause,
    usage: fact.usage,
    correction: fact.correction,
    reason: fact.reason,
  };
  const event: LedgerEvent = Object.assign(unhashed, { hash: hashLedgerEvent(unhashed, head.hash, sha256) });
  return { event, head: headAfter(event) };
}

/** The head of a stream whose last event is `event`. */
export function headAfter(event: LedgerEvent): StreamHead {
  return {
    organizationId: event.organizationId,
    sequence: event.sequence,
    balance: event.balanceAfter,
    hash: event.hash,
    recordedAt: event.recordedAt,
  };
}
