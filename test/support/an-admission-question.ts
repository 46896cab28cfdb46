import {
  type AdmissionLimits,
  type AdmissionQuestion,
  type AdmissionRequest,
  type Amount,
  amountOfUnits,
  calendarMonthOf,
  type Instant,
  instantOfMilliseconds,
  type OrganizationId,
  organizationIdOf,
  type Plan,
  SEEDED_PLANS,
  type SettlingEntry,
  UNITS_PER_CENT,
} from '@floopy/domain';

/** The middle of a month, on a whole second. */
export const NOON = instantOfMilliseconds(Date.UTC(2026, 10, 15, 12));
export const NOVEMBER = calendarMonthOf(NOON);
export const LIFETIME_MS = 600_000;

export interface StatedQuestion {
  readonly organizationId: OrganizationId;
  readonly requestId: string;
  readonly attemptId?: string | null;
  readonly teamId?: string | null;
  /** What the hold takes; one cent. */
  readonly amount?: Amount;
  /** Requests that the plan includes; a million. */
  readonly included?: number;
  readonly teamLimit?: Amount | null;
  readonly now?: Instant;
  readonly limits?: Partial<AdmissionLimits>;
}

let questions = 0;

/** A question of an active organization on a plan with ample requests. Every one names a hold of its own. */
export function anAdmissionQuestion(stated: StatedQuestion): AdmissionQuestion {
  const { organizationId, requestId, attemptId = null, teamId = null, now = NOON } = stated;
  questions += 1;
  const limits: AdmissionLimits = {
    termsVersion: 1,
    status: 'active',
    cost: { type: 'bounded', amount: stated.amount ?? cents(1) },
    missingFeature: null,
    plan: aPublishedPlan(stated.included ?? 1_000_000),
    period: NOVEMBER,
    isOverageBilled: false,
    teamLimit: stated.teamLimit ?? null,
    ...stated.limits,
  };
  return { request: aRequest(organizationId, requestId, attemptId, teamId), limits, holdId: `hold_${questions}`, now };
}

/** A served usage event that counted its request, in November. */
export function aSettlingUsage(stated: Partial<Extract<SettlingEntry, { type: 'usage' }>>): SettlingEntry {
  return {
    type: 'usage',
    requestId: 'req_1',
    attemptId: null,
    teamId: null,
    charge: cents(1),
    periodStart: NOVEMBER.start,
    isServed: true,
    isRequestCounted: true,
    counts: true,
    ...stated,
  };
}

export function cents(count: number): Amount {
  return amountOfUnits(BigInt(count) * UNITS_PER_CENT);
}

let organizations = 0;

/** An organization that no other test asks for. Its id is one that a careless key would be broken by. */
export function anUnusedOrganization(): OrganizationId {
  organizations += 1;
  return organizationIdOf(`}{org:${process.pid}:${organizations}`);
}

function aRequest(
  organizationId: OrganizationId,
  requestId: string,
  attemptId: string | null,
  teamId: string | null,
): AdmissionRequest {
  return {
    organizationId,
    requestId,
    attemptId,
    teamId,
    models: [{ provider: 'openai', model: 'gpt-4o' }],
    serviceTier: 'standard',
    credential: 'platform',
    origin: 'gateway',
    inputTokens: 1_000,
    maxOutputTokens: 1_000,
  };
}

function aPublishedPlan(includedRequests: number): Plan {
  const [draft] = SEEDED_PLANS;
  if (draft === undefined) throw new Error('plans are seeded');
  const start = instantOfMilliseconds(0);
  return { ...draft, includedRequests, version: 1, contentHash: '', effectiveAt: start, publishedAt: start };
}
