import type { AdmissionBody, ProblemCode, UsageFault } from '@floopy/contracts';

/** What is asked for a request before it runs; the source is the client's. */
export type AdmissionInput = Omit<AdmissionBody, 'source'>;

/** What an attempt is called, as in its usage. */
export type AttemptName = Pick<AdmissionInput, 'organization_id' | 'request_id' | 'attempt_id'>;

/** Why a request may not run; the same codes as the API's. */
export const REFUSAL_CODES = [
  'insufficient_credits',
  'monthly_limit_reached',
  'team_budget_reached',
  'plan_required',
  'unpriced_model',
  'organization_suspended',
  'organization_closed',
  'organization_not_found',
  'already_settled',
] as const satisfies readonly ProblemCode[];
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Why there is no answer: nobody, not in time, not now, too often, or nothing that this client can read. */
export type UnaskedReason = 'unreachable' | 'timed_out' | 'unavailable' | 'rate_limited' | 'unreadable';

/** Amounts are cents with 10 decimals, as text. The promise of an outcome always resolves. */
export type AdmitOutcome = Admitted | AdmittedUnasked | AdmissionRefused | AdmissionUnavailable | AdmissionRejected;

/** It may run, and what it may cost is held. */
export interface Admitted {
  readonly type: 'admitted';
  readonly hold: { readonly id: string; readonly amount: string; readonly expiresAt: Date };
  readonly remaining: {
    readonly balance: string;
    readonly requests: number;
    /** Null where there is no team, or no limit to its spending. */
    readonly teamBudget: string | null;
  };
}

/** Admission could not be asked; the plan fails open, and there is room in its exposure. Nothing is held for it. */
export interface AdmittedUnasked {
  readonly type: 'admitted_unasked';
  readonly reason: UnaskedReason;
  readonly detail: string;
  /** What this client has let pass without a hold, this request included, and the most that the plan lets pass. */
  readonly exposure: { readonly used: string; readonly limit: string };
}

/** It may not run. A limit counts requests, or states cents with 10 decimals. */
export interface AdmissionRefused {
  readonly type: 'refused';
  readonly code: RefusalCode;
  readonly detail: string;
  readonly limit?: number | string;
  readonly used?: number | string;
  readonly held?: number | string;
  /** The most that the request may cost. */
  readonly needed?: string;
  /** When the limit begins anew. */
  readonly resetAt?: Date;
  /** What the plan lacks. */
  readonly feature?: string;
  /** What has no rate. */
  readonly provider?: string;
  readonly model?: string;
}

/** Admission could not be asked, and the plan fails closed, or its exposure has no room: it must not run. */
export interface AdmissionUnavailable {
  readonly type: 'unavailable';
  readonly reason: UnaskedReason;
  readonly detail: string;
  /** `closed`: the plan says so, or none is known yet; `exposure_used_up`; `unbounded`: nothing tells what it costs. */
  readonly policy: 'closed' | 'exposure_used_up' | 'unbounded';
}

/** The question itself is wrong, or may not be asked with this key: it must not run, and asking again will not help. */
export interface AdmissionRejected {
  readonly type: 'rejected';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly faults: readonly UsageFault[];
}

/** What became of a request that admission could not be asked for. */
export interface UnaskedRequest {
  readonly attempt: AttemptName;
  readonly outcome: AdmittedUnasked | AdmissionUnavailable;
}

export type ReleaseOutcome =
  | { readonly type: 'released' }
  /** There is none: it was never held, was released, or has expired. */
  | { readonly type: 'not_open' }
  /** It has run, and its usage has settled it. */
  | { readonly type: 'settled' }
  /** The hold expires by itself. */
  | { readonly type: 'unavailable'; readonly reason: UnaskedReason; readonly detail: string }
  | AdmissionRejected;
