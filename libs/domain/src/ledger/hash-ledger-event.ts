import { canonicalField, canonicalNumber, type Sha256 } from '../canonical-text';
import type { AppliedPlan } from '../overage/place-request';
import { canonicalTokens } from '../usage/usage-identity';
import type { AppliedPrice, Correction, LedgerEvent, LedgerHash, PostedUsage } from './ledger-event';

export const LEDGER_ENCODING = 'floopy.ledger.1';

/** Of usage that says what its plan made of it: the same fields under this name, and three more. */
export const LEDGER_ENCODING_WITH_PLAN = 'floopy.ledger.2';

/** Of a correction: the first fields are the same, and others follow. */
export const LEDGER_ENCODING_OF_CORRECTION = 'floopy.ledger.3';

/** What the first event of a stream is chained to. */
export const GENESIS_HASH = '0'.repeat(64) as LedgerHash;

export type UnhashedLedgerEvent = Omit<LedgerEvent, 'hash'>;

/**
 * The hash of a ledger event: SHA-256 over the hash before it and every field that says what it cost, why, and
 * whether it counted. The encoding is part of the contract (README of this lib): changing it needs a new name.
 */
export function hashLedgerEvent(event: UnhashedLedgerEvent, previous: LedgerHash, sha256: Sha256): LedgerHash {
  return sha256(encodeLedgerEvent(event, previous)) as LedgerHash;
}

/** The canonical text that is hashed: fields as in `canonicalField`, in a fixed order, without separators. */
export function encodeLedgerEvent(event: UnhashedLedgerEvent, previous: LedgerHash): string {
  const source = event.cause.kind === 'usage_event' ? event.cause.source : null;
  return (
    canonicalField(encodingOf(event)) +
    canonicalField(previous) +
    canonicalField(event.organizationId) +
    canonicalNumber(event.sequence) +
    canonicalField(event.type) +
    canonicalNumber(event.amount) +
    canonicalNumber(event.balanceAfter) +
    canonicalNumber(event.occurredAt) +
    canonicalNumber(event.recordedAt) +
    canonicalField(event.cause.kind) +
    canonicalField(source) +
    canonicalField(event.cause.id) +
    canonicalField(event.reason) +
    (event.usage === null ? '' : encodeUsage(event.usage)) +
    (event.correction === null ? '' : encodeCorrection(event.correction))
  );
}

function encodingOf({ usage, correction }: UnhashedLedgerEvent): string {
  if (correction !== null) return LEDGER_ENCODING_OF_CORRECTION;
  return (usage?.plan ?? null) === null ? LEDGER_ENCODING : LEDGER_ENCODING_WITH_PLAN;
}

function encodeUsage(usage: PostedUsage): string {
  return (
    canonicalField(usage.requestId) +
    canonicalField(usage.attemptId) +
    canonicalField(usage.origin) +
    canonicalField(usage.provider) +
    canonicalField(usage.model) +
    canonicalField(usage.serviceTier) +
    canonicalField(usage.outcome) +
    canonicalField(usage.cacheHit ? '1' : '0') +
    canonicalField(usage.credential) +
    canonicalTokens(usage.tokens) +
    canonicalField(usage.teamId) +
    canonicalNumber(usage.userReference) +
    canonicalField(usage.apiKeyId) +
    canonicalField(usage.promptId) +
    canonicalField(usage.sessionId) +
    canonicalField(usage.contentDigest) +
    canonicalField(usage.counted ? '1' : '0') +
    encodePrice(usage.price) +
    canonicalNumber(usage.ingestPartition) +
    (usage.plan === null ? '' : encodePlan(usage.plan))
  );
}

function encodePrice(price: AppliedPrice | null): string {
  return (
    canonicalNumber(price?.rateCardVersion ?? null) +
    canonicalNumber(price?.overrideVersion ?? null) +
    canonicalNumber(price?.markupBasisPoints ?? null)
  );
}

function encodePlan({ planVersion, standing, overageRate }: AppliedPlan): string {
  return canonicalNumber(planVersion) + canonicalField(standing) + canonicalNumber(overageRate);
}

/** Always the same fields, since most of those that may be absent are independent of each other. */
function encodeCorrection({ plan, voiding, ...correction }: Correction): string {
  return (
    canonicalField(correction.requestId) +
    canonicalField(correction.provider) +
    canonicalField(correction.model) +
    canonicalField(correction.teamId) +
    canonicalField(correction.promptId) +
    (plan === null ? '~~~' : encodePlan(plan)) +
    canonicalField(correction.uncounted ? '1' : '0') +
    encodePrice(correction.price) +
    canonicalNumber(correction.repricePlan) +
    canonicalField(voiding?.source ?? null) +
    canonicalField(voiding?.id ?? null) +
    canonicalField(voiding?.contentDigest ?? null) +
    canonicalNumber(voiding?.ingestPartition ?? null)
  );
}
