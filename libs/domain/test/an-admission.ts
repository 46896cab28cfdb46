import type { AdmissionLimits, AdmissionRequest } from '../src/admission/admission-limits';
import type { AdmissionStanding } from '../src/admission/decide-admission';
import type { Hold } from '../src/admission/hold';
import { NOTHING_LEAKED } from '../src/admission/leaked-holds';
import type { AdmissionSnapshot, SettlingEntry } from '../src/admission/settlement';
import { ZERO_AMOUNT } from '../src/money/amount';
import { organizationIdOf } from '../src/organization/organization';
import { calendarMonthOf } from '../src/time/billing-period';
import { aPlan } from './a-plan';
import { cents } from './a-rate-card';
import { at } from './a-usage-event';

/** gpt-4o through the gateway with 1,000 tokens in and at most 100 out. */
export function anAdmissionRequest(stated: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    organizationId: organizationIdOf('org_acme'),
    requestId: 'req_1',
    attemptId: null,
    teamId: null,
    origin: 'gateway',
    models: [{ provider: 'openai', model: 'gpt-4o' }],
    serviceTier: 'standard',
    credential: 'platform',
    inputTokens: 1_000,
    maxOutputTokens: 100,
    ...stated,
  };
}

/** An active organization on the free plan in November, and a request that is bounded by a cent. */
export function theLimits(stated: Partial<AdmissionLimits> = {}): AdmissionLimits {
  return {
    termsVersion: 0,
    status: 'active',
    cost: { type: 'bounded', amount: cents('1') },
    missingFeature: null,
    plan: aPlan(),
    period: calendarMonthOf(at('2026-11-23T10:00:00Z')),
    isOverageBilled: false,
    teamLimit: null,
    ...stated,
  };
}

/** A hundred cents and nothing used. */
export function aStanding(stated: Partial<AdmissionStanding> = {}): AdmissionStanding {
  return {
    balance: cents('100'),
    held: ZERO_AMOUNT,
    requestsUsed: 0,
    requestsHeld: 0,
    needsSlot: true,
    teamSpent: ZERO_AMOUNT,
    teamHeld: ZERO_AMOUNT,
    ...stated,
  };
}

/** A ledger without an entry, and nothing held. */
export function aSnapshot(stated: Partial<AdmissionSnapshot> = {}): AdmissionSnapshot {
  return { position: 0, balance: ZERO_AMOUNT, uses: [], holds: [], settled: [], leaked: NOTHING_LEAKED, ...stated };
}

/** A cent for `req_1`, admitted at ten o'clock, for ten minutes. */
export function aHold(stated: Partial<Hold> = {}): Hold {
  return {
    holdId: 'hld_1',
    requestId: 'req_1',
    attemptId: null,
    teamId: null,
    amount: cents('1'),
    admittedAt: at('2026-11-23T10:00:00Z'),
    expiresAt: at('2026-11-23T10:10:00Z'),
    ...stated,
  };
}

/** `req_1`, served and counted in November for a cent. */
export function aSettlingUsage(
  stated: Partial<Extract<SettlingEntry, { type: 'usage' }>> = {},
): Extract<SettlingEntry, { type: 'usage' }> {
  return {
    type: 'usage',
    requestId: 'req_1',
    attemptId: null,
    teamId: null,
    charge: cents('1'),
    periodStart: at('2026-11-01T00:00:00Z'),
    isServed: true,
    isRequestCounted: true,
    counts: true,
    ...stated,
  };
}
