import {
  type AdmissionLimits,
  admissionLimits,
  type AdmissionRefusal,
  type AdmissionRemainder,
  admissionRemainder,
  type AdmissionStanding,
  type AdmissionTerms,
  type Amount,
  amountOfUnits,
  budgetRemaining,
  decideAdmission,
  type Instant,
  type ModelName,
  type OrganizationId,
  type PeriodUse,
  ZERO_AMOUNT,
} from '@floopy/domain';
import type { HeldSummary } from './admission-store';

/** A request that is thought of, and not asked for. Without a model it costs the smallest amount that there is. */
export interface SupposedRequest {
  readonly organizationId: OrganizationId;
  readonly teamId: string | null;
  readonly model: ModelName | null;
  readonly inputTokens: number;
  /** Null for what the plan assumes. */
  readonly maxOutputTokens: number | null;
}

export type HeldFigures = Pick<HeldSummary, 'balance' | 'held' | 'heldByTeam' | 'openRequests'> & {
  readonly uses: readonly PeriodUse[];
};

export interface ExplainedBudget {
  readonly teamId: string;
  readonly limit: Amount;
  readonly spent: Amount;
  readonly held: Amount;
  readonly remaining: Amount;
}

export interface AdmissionExplanation {
  readonly limits: AdmissionLimits;
  readonly standing: AdmissionStanding;
  readonly remaining: AdmissionRemainder;
  /** Of every team that has one, by id. */
  readonly budgets: readonly ExplainedBudget[];
  /** The first limit that stands in the way; null when the request would be admitted. */
  readonly refusal: AdmissionRefusal | null;
}

/** Says what admission would answer, and by which numbers, without holding anything. */
export function explainAdmission(
  supposed: SupposedRequest,
  known: AdmissionTerms,
  figures: HeldFigures,
  now: Instant,
): AdmissionExplanation {
  const limits = limitsOf(supposed, known, now);
  const use = figures.uses.find(({ periodStart }) => periodStart === limits.period.start);
  const spentBy = (teamId: string): Amount => use?.teamSpend.get(teamId) ?? ZERO_AMOUNT;
  const heldBy = (teamId: string): Amount => figures.heldByTeam.get(teamId) ?? ZERO_AMOUNT;
  const { teamId } = supposed;
  const standing: AdmissionStanding = {
    balance: figures.balance,
    held: figures.held,
    requestsUsed: use?.requests ?? 0,
    requestsHeld: figures.openRequests,
    needsSlot: true,
    teamSpent: teamId === null ? ZERO_AMOUNT : spentBy(teamId),
    teamHeld: teamId === null ? ZERO_AMOUNT : heldBy(teamId),
  };
  const budgets = [...known.terms.teamBudgets].toSorted(byId).map(([id, limit]) => {
    const used = { limit, spent: spentBy(id), held: heldBy(id) };
    return { teamId: id, ...used, remaining: budgetRemaining(used) };
  });
  const verdict = decideAdmission(limits, standing);
  const refusal = verdict.type === 'refused' ? verdict.refusal : null;
  return { limits, standing, remaining: admissionRemainder(limits, standing), budgets, refusal };
}

function limitsOf(supposed: SupposedRequest, known: AdmissionTerms, now: Instant): AdmissionLimits {
  const { model, ...request } = supposed;
  const limits = admissionLimits(
    {
      ...request,
      requestId: 'supposed',
      attemptId: null,
      origin: 'gateway',
      serviceTier: 'standard',
      credential: 'platform',
      models: model === null ? [] : [model],
    },
    known,
    now,
  );
  return model === null ? { ...limits, cost: { type: 'bounded', amount: amountOfUnits(1n) } } : limits;
}

function byId([one]: readonly [string, Amount], [other]: readonly [string, Amount]): number {
  return one < other ? -1 : 1;
}
