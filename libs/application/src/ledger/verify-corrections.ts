import {
  type AppliedPlan,
  type Charge,
  type Correction,
  formatAmount,
  formatInstant,
  isCharge,
  type LedgerEvent,
  type StandingCharge,
  standingCharge,
  subtractAmounts,
  ZERO_AMOUNT,
} from '@floopy/domain';
import type { Mismatch, Mismatches } from './verify-mismatch';
import type { Repricing } from './verify-receipt';
import type { StoredCorrections } from './verify-sources';

type Finding = Required<Pick<Mismatch, 'subject' | 'expected' | 'found'>>;

/**
 * Derives every correction of one entry again: that it is of the type, the time and the request of what it corrects, that a
 * reversal gives back exactly what stood and is the last one, and that a reprice leaves exactly what its rates make of it.
 */
export function verifyCorrections(
  { organizationId, sequence, entry, corrections }: StoredCorrections,
  repricing: Repricing,
  mismatches: Mismatches,
): void {
  const before: LedgerEvent[] = [];
  for (const correction of corrections) {
    const position = correction.sequence;
    const finding =
      entry === null || !isCharge(entry) || entry.sequence >= position
        ? { subject: `of ${sequence}`, expected: 'a charge before it', found: describeEntry(entry) }
        : findFault({ charge: entry, before, correction }, repricing);
    if (finding !== null) mismatches.add({ kind: 'correction', organizationId, position, ...finding });
    before.push(correction);
  }
}

interface Judged {
  readonly charge: Charge;
  /** The corrections of the same charge that came first. */
  readonly before: readonly LedgerEvent[];
  readonly correction: LedgerEvent;
}

function findFault(judged: Judged, repricing: Repricing): Finding | null {
  return findCopyFault(judged) ?? findAmountFault(judged, repricing);
}

/** Whatever a correction repeats is what its charge says. */
function findCopyFault({ charge, correction: { type, occurredAt, correction } }: Judged): Finding | null {
  const { usage } = charge;
  const said = copiesOf(charge, usage);
  const repeated = correction === null ? {} : copiesOf({ type, occurredAt }, correction);
  for (const [subject, expected] of Object.entries(said)) {
    const found = repeated[subject] ?? 'none';
    if (expected !== found) return { subject, expected, found };
  }
  if (correction?.uncounted === true && !usage.counted) {
    return { subject: 'uncounted', expected: 'a request that counted by it', found: 'one that did not' };
  }
  return null;
}

function copiesOf(
  { type, occurredAt }: Pick<LedgerEvent, 'type' | 'occurredAt'>,
  facts: Pick<Correction, 'requestId' | 'provider' | 'model' | 'teamId' | 'promptId' | 'plan'>,
): Record<string, string> {
  return {
    type,
    occurred_at: formatInstant(occurredAt),
    request_id: facts.requestId,
    provider: facts.provider,
    model: facts.model,
    team_id: facts.teamId ?? 'none',
    prompt_id: facts.promptId ?? 'none',
    plan: describePlan(facts.plan),
  };
}

function findAmountFault(judged: Judged, repricing: Repricing): Finding | null {
  const { charge, before, correction } = judged;
  const standing = standingCharge({ charge, corrections: before });
  if (standing.isReversed) {
    return { subject: 'reversal', expected: 'no correction after it', found: correction.cause.kind };
  }
  if (correction.cause.kind === 'reversal') return findReversalFault(standing, correction);
  return findRepriceFault(judged, standing, repricing);
}

function findReversalFault({ amount }: StandingCharge, { amount: found, correction }: LedgerEvent): Finding | null {
  if (correction?.price !== null || correction.repricePlan !== null) {
    return { subject: 'price', expected: 'none on a reversal', found: 'a price' };
  }
  return amount === found ? null : { subject: 'amount', expected: formatAmount(amount), found: formatAmount(found) };
}

function findRepriceFault(
  { charge, before, correction: event }: Judged,
  standing: StandingCharge,
  repricing: Repricing,
): Finding | null {
  const { correction } = event;
  const price = correction?.price ?? null;
  if (price === null || correction?.repricePlan === null || correction?.voiding !== null || correction.uncounted) {
    return { subject: 'price', expected: 'a price and the number of a reprice', found: 'something else' };
  }
  const markup = charge.usage.price?.markupBasisPoints ?? 0;
  if (price.markupBasisPoints !== markup) {
    return { subject: 'markup', expected: `${markup} basis points`, found: `${price.markupBasisPoints} basis points` };
  }
  const after = standingCharge({ charge, corrections: [...before, event] }).amount;
  const again = repricing.reprice(charge, { ...charge.usage, price });
  if (again.type !== 'priced') {
    return { subject: 'amount', expected: 'a charge that the card can price', found: again.type };
  }
  if (again.amount === after && after >= ZERO_AMOUNT) return null;
  const expected = formatAmount(subtractAmounts(standing.amount, again.amount));
  return { subject: 'amount', expected, found: formatAmount(event.amount) };
}

function describeEntry(entry: LedgerEvent | null): string {
  return entry === null ? 'nothing' : `${entry.cause.kind} at ${entry.sequence}`;
}

function describePlan(plan: AppliedPlan | null): string {
  if (plan === null) return 'none';
  const { planVersion, standing, overageRate } = plan;
  return `${planVersion} ${standing} ${overageRate === null ? 'none' : formatAmount(overageRate)}`;
}
