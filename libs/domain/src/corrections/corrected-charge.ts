import { assert } from '../assert';
import type { AppliedPrice, LedgerEvent, PostedUsage } from '../ledger/ledger-event';
import { addAmounts, type Amount, negateAmount } from '../money/amount';

/** A ledger event that charges usage. */
export type Charge = LedgerEvent & { readonly usage: PostedUsage };

/** A charge with all that was posted to correct it, in ledger order. */
export interface CorrectedCharge {
  readonly charge: Charge;
  readonly corrections: readonly LedgerEvent[];
}

/** What is left of a charge after its corrections. */
export interface StandingCharge {
  /** What is charged now; not negative, and zero once it is reversed. */
  readonly amount: Amount;
  /** The rates that it stands by; null when it was free whatever the card says. */
  readonly price: AppliedPrice | null;
  readonly isReversed: boolean;
}

/** Folds the corrections of a charge. */
export function standingCharge({ charge, corrections }: CorrectedCharge): StandingCharge {
  const total = corrections.reduce((sum, { amount }) => addAmounts(sum, amount), charge.amount);
  const last = corrections.at(-1);
  return {
    amount: negateAmount(total),
    price: last === undefined ? charge.usage.price : (last.correction?.price ?? null),
    isReversed: corrections.some(({ cause }) => cause.kind === 'reversal'),
  };
}

/** Whether an event is a charge of usage. */
export function isCharge(event: LedgerEvent): event is Charge {
  return event.usage !== null;
}

/** The charges among some events of one stream, in ledger order, each with those of the events that correct it. */
export function correctedCharges(events: readonly LedgerEvent[]): CorrectedCharge[] {
  const corrections = new Map<number, LedgerEvent[]>();
  for (const event of events) {
    const sequence = correctedSequence(event);
    if (sequence === null) continue;
    const known = corrections.get(sequence);
    if (known === undefined) corrections.set(sequence, [event]);
    else known.push(event);
  }
  return events.filter(isCharge).map((charge) => ({ charge, corrections: corrections.get(charge.sequence) ?? [] }));
}

/** The sequence number of the entry that a correction is of; null for an event that corrects nothing. */
export function correctedSequence({ cause, correction }: Pick<LedgerEvent, 'cause' | 'correction'>): number | null {
  if (correction === null) return null;
  const sequence = Number(cause.id);
  assert(Number.isSafeInteger(sequence) && sequence > 0, 'a correction names an entry by its sequence number');
  return sequence;
}

/** The producer's event behind an entry, by which a resend of it is recognised; null when no producer is behind it. */
export function statedIdentity({
  cause,
  correction,
}: Pick<LedgerEvent, 'cause' | 'correction'>): { readonly source: string; readonly id: string } | null {
  if (cause.kind === 'usage_event') return { source: cause.source, id: cause.id };
  const voiding = correction?.voiding ?? null;
  return voiding === null ? null : { source: voiding.source, id: voiding.id };
}
