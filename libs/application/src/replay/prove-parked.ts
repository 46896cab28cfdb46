import {
  type DeadLetterReason,
  type IdentifiedRecord,
  type IdentifiedUsage,
  type IdentifiedVoid,
  type Instant,
  priceUsage,
  standingCharge,
} from '@floopy/domain';
import type { Finding } from './compare-entries';
import type { PricesInTime } from './prices-in-time';
import type { KeptDecision, KnownRecords } from './proof-sources';

/**
 * A dead letter is stamped with the begin of its transaction, which may then have waited for others: within so long of it,
 * either order of two things may be the one in which they happened.
 */
export const DECISION_GRACE_MS = 60_000;

/** What a record may have become at a moment; several where clocks cannot tell what came first. */
type Decision = DeadLetterReason | 'applied' | 'duplicate';

/**
 * Decides again, at the moment when a record was last parked, what had to become of it, and compares.
 * @returns what differs; null when it had to be parked, and for this reason
 */
export function proveParked(
  record: IdentifiedRecord,
  { reason, decidedAt }: Pick<KeptDecision, 'reason' | 'decidedAt'>,
  known: KnownRecords,
  prices: PricesInTime,
): Finding | null {
  const decisions = decide(record, decidedAt, known, prices);
  if (decisions.includes(reason)) return null;
  return { kind: 'parked', expected: decisions.join(' or '), found: reason };
}

/** What had to become of a record that nothing is known of, as one would decide now. */
export function decideMissing(
  record: IdentifiedRecord,
  now: Instant,
  known: KnownRecords,
  prices: PricesInTime,
): string {
  const decisions = decide(record, now, known, prices);
  return decisions.includes('applied') ? 'an entry' : `parked as ${decisions.join(' or ')}`;
}

function decide(
  record: IdentifiedRecord,
  decidedAt: Instant,
  known: KnownRecords,
  prices: PricesInTime,
): readonly Decision[] {
  if (record.type === 'rejected') return [record.reason];
  const organization = known.organizations.get(record.event.organizationId);
  if (organization === undefined || organization.createdAt > decidedAt + DECISION_GRACE_MS) {
    return ['unknown_organization'];
  }
  const wasThere = organization.createdAt <= decidedAt - DECISION_GRACE_MS;
  const decisions = decideKnown(record, decidedAt, known, prices);
  return wasThere ? decisions : ['unknown_organization', ...decisions];
}

/** Of an organization that was there: an event that was applied before is never priced again. */
function decideKnown(
  record: IdentifiedUsage | IdentifiedVoid,
  decidedAt: Instant,
  known: KnownRecords,
  prices: PricesInTime,
): Decision[] {
  const entry = known.entries.get(record.identity);
  const decideAnew = (): Decision[] =>
    record.type === 'voided' ? voidAgain(record, decidedAt, known) : priceAgain(record, decidedAt, prices);
  if (entry?.type !== 'entry' || entry.event.recordedAt > decidedAt + DECISION_GRACE_MS) return decideAnew();
  const { usage, correction } = entry.event;
  const content = usage?.contentDigest ?? correction?.voiding?.contentDigest;
  const repeated = content === record.content ? 'duplicate' : 'conflict';
  const wasApplied = entry.event.recordedAt <= decidedAt - DECISION_GRACE_MS;
  return wasApplied ? [repeated] : [repeated, ...decideAnew()];
}

/** A void of what was not applied by then waits; of what was reversed by then, it adds nothing. */
function voidAgain({ voided }: IdentifiedVoid, decidedAt: Instant, { charges }: KnownRecords): Decision[] {
  const corrected = charges.get(voided);
  const decisions: Decision[] = [];
  if (corrected === undefined || corrected.charge.recordedAt > decidedAt - DECISION_GRACE_MS) {
    decisions.push('unknown_event');
  }
  if (corrected !== undefined && corrected.charge.recordedAt <= decidedAt + DECISION_GRACE_MS) {
    decisions.push(standingCharge(corrected).isReversed ? 'duplicate' : 'applied');
  }
  return decisions;
}

function priceAgain({ event }: IdentifiedUsage, decidedAt: Instant, prices: PricesInTime): Decision[] {
  const decisions = new Set<Decision>();
  for (const book of prices.publishedBy(decidedAt, DECISION_GRACE_MS)) {
    // A markup changes what is charged, and never whether it can be.
    decisions.add(priceUsage(event, book, 0).type === 'unpriced' ? 'unpriced' : 'applied');
  }
  return [...decisions];
}
