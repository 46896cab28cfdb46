import { assert } from '../assert';
import type { Sha256 } from '../canonical-text';
import type { AppliedPrice, Correction, StreamHead, VoidingEvent } from '../ledger/ledger-event';
import { postOnStream, type Posting } from '../ledger/post-on-stream';
import { type Amount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';
import type { Instant } from '../time/instant';
import { type CorrectedCharge, standingCharge } from './corrected-charge';

/** Why and how a charge is reversed. */
export interface Reversal {
  readonly reason: string;
  /** Whether its request is taken out of the count, which is for the attempt alone at which it counted. */
  readonly uncount: boolean;
  /** The producer's event that asks for it; null when an operator does. */
  readonly voiding: VoidingEvent | null;
}

/** What a charge costs by other rates, and the reprice that says so. */
export interface OtherPrice {
  readonly price: AppliedPrice;
  /** What it costs by them; not negative. */
  readonly amount: Amount;
  readonly repricePlan: number;
  readonly reason: string;
}

/** Takes back all that stands of a charge, once: the caller has asked `standingCharge` whether that was done before. */
export function postReversal(
  head: StreamHead,
  corrected: CorrectedCharge,
  { reason, uncount, voiding }: Reversal,
  now: Instant,
  sha256: Sha256,
): Posting {
  const { amount, isReversed } = standingCharge(corrected);
  assert(!isReversed, 'a charge is reversed once');
  assert(!uncount || corrected.charge.usage.counted, 'only the attempt at which a request counted takes it out');
  const correction = { uncounted: uncount, price: null, repricePlan: null, voiding };
  return postCorrection(head, corrected, { kind: 'reversal', credit: amount, reason, correction }, now, sha256);
}

/** Makes a charge what it costs by other rates: what is too much of it is given back, what lacks is charged. */
export function postReprice(
  head: StreamHead,
  corrected: CorrectedCharge,
  { price, amount, repricePlan, reason }: OtherPrice,
  now: Instant,
  sha256: Sha256,
): Posting {
  const standing = standingCharge(corrected);
  assert(!standing.isReversed, 'of a charge that was reversed nothing is left to price');
  const credit = subtractAmounts(standing.amount, amount);
  const correction = { uncounted: false, price, repricePlan, voiding: null };
  return postCorrection(head, corrected, { kind: 'reprice', credit, reason, correction }, now, sha256);
}

interface Posted {
  readonly kind: 'reversal' | 'reprice';
  readonly credit: Amount;
  readonly reason: string;
  readonly correction: Pick<Correction, 'uncounted' | 'price' | 'repricePlan' | 'voiding'>;
}

/** Of the type and the time of what it corrects, so that it is in the same period; recorded when it was made. */
function postCorrection(
  head: StreamHead,
  corrected: CorrectedCharge,
  { kind, credit, reason, correction }: Posted,
  now: Instant,
  sha256: Sha256,
): Posting {
  const { charge } = corrected;
  assert(charge.organizationId === head.organizationId, 'a charge is corrected on its own stream');
  assert(standingCharge(corrected).amount >= credit, 'never more is given back than was charged');
  assert(standingCharge(corrected).amount >= ZERO_AMOUNT, 'what stands of a charge is never negative');
  const { requestId, provider, model, teamId, promptId, plan } = charge.usage;
  return postOnStream(
    head,
    {
      type: charge.type,
      amount: credit,
      occurredAt: charge.occurredAt,
      cause: { kind, id: String(charge.sequence) },
      usage: null,
      correction: { requestId, provider, model, teamId, promptId, plan, ...correction },
      reason,
    },
    now,
    sha256,
  );
}
