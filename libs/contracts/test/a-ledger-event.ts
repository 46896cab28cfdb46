import {
  amountOfUnits,
  type Amount,
  type Correction,
  type Digest,
  type LedgerEvent,
  type LedgerHash,
  parseAmount,
  type PostedUsage,
} from '@floopy/domain';
import { APPENDED_AT, aUsageEvent } from './a-usage-record';

export const A_HASH = 'ab'.repeat(32) as LedgerHash;

/** An amount of cents, written as a person would. */
export function cents(text: string): Amount {
  return parseAmount(text) ?? amountOfUnits(0n);
}

export function aPostedUsage(overrides: Partial<PostedUsage> = {}): PostedUsage {
  const { requestId, origin, provider, model, serviceTier, outcome, cacheHit, credential, tokens } = aUsageEvent();
  return {
    requestId,
    attemptId: null,
    origin,
    provider,
    model,
    serviceTier,
    outcome,
    cacheHit,
    credential,
    tokens,
    teamId: null,
    apiKeyId: null,
    promptId: null,
    sessionId: null,
    userReference: null,
    contentDigest: 'cd'.repeat(16) as Digest,
    counted: true,
    price: { rateCardVersion: 1, overrideVersion: null, markupBasisPoints: 0 },
    plan: null,
    ingestPartition: 3,
    ...overrides,
  };
}

/** The ledger event of `aUsageEvent`: the second entry of its organization. */
export function aCharge(overrides: Partial<LedgerEvent> = {}): LedgerEvent {
  const { organizationId, source, id, occurredAt } = aUsageEvent();
  return {
    organizationId,
    sequence: 2,
    type: 'request',
    amount: cents('-2.51425'),
    balanceAfter: cents('99997.48575'),
    occurredAt,
    recordedAt: APPENDED_AT,
    cause: { kind: 'usage_event', source, id },
    usage: aPostedUsage(),
    correction: null,
    reason: null,
    hash: A_HASH,
    ...overrides,
  };
}

/** The reversal of `aCharge`: the third entry of its organization. */
export function aReversal(overrides: Partial<LedgerEvent> = {}): LedgerEvent {
  return aCharge({
    sequence: 3,
    amount: cents('2.51425'),
    balanceAfter: cents('100000'),
    cause: { kind: 'reversal', id: '2' },
    usage: null,
    correction: aCorrection(),
    reason: 'served twice',
    ...overrides,
  });
}

/** What the reversal of `aCharge` repeats of it. */
export function aCorrection(overrides: Partial<Correction> = {}): Correction {
  const { requestId, provider, model, teamId, promptId, plan } = aPostedUsage();
  return {
    requestId,
    provider,
    model,
    teamId,
    promptId,
    plan,
    uncounted: true,
    price: null,
    repricePlan: null,
    voiding: null,
    ...overrides,
  };
}

export function anAdjustment(overrides: Partial<LedgerEvent> = {}): LedgerEvent {
  const cause = { kind: 'operator', id: 'seed-1' } as const;
  return aCharge({ sequence: 1, type: 'adjustment', cause, usage: null, reason: 'opening credit', ...overrides });
}
