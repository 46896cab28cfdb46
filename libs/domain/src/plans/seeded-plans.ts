import { amountOfUnits, UNITS_PER_CENT } from '../money/amount';
import type { PlanDraft } from './plan';

/** The plan of an organization that was never given another. */
export const DEFAULT_PLAN_ID = 'free';

const SERVED_REQUESTS = {
  outcomes: ['succeeded', 'client_aborted'],
  origins: ['gateway', 'playground'],
  cacheHits: true,
} as const satisfies PlanDraft['counting'];

const TEN_MINUTES = { lifetimeSeconds: 600, assumedOutputTokens: 4_096 };

const FREE: PlanDraft = {
  id: DEFAULT_PLAN_ID,
  name: 'Free',
  includedRequests: 1_000,
  overageRate: null,
  features: ['playground'],
  markupBasisPoints: 0,
  hold: TEN_MINUTES,
  admissionMode: 'strict',
  failurePolicy: { type: 'closed' },
  counting: SERVED_REQUESTS,
};

const PRO: PlanDraft = {
  ...FREE,
  id: 'pro',
  name: 'Pro',
  includedRequests: 100_000,
  // A tenth of a cent.
  overageRate: amountOfUnits(UNITS_PER_CENT / 10n),
  features: ['playground', 'byok', 'priority_tier', 'team_budgets'],
};

const ENTERPRISE: PlanDraft = {
  ...PRO,
  id: 'enterprise',
  name: 'Enterprise',
  includedRequests: 1_000_000,
  overageRate: amountOfUnits(UNITS_PER_CENT / 20n),
  failurePolicy: { type: 'open', exposure: amountOfUnits(10_000n * UNITS_PER_CENT) },
};

/** The plans that a database begins with, as versions 1, 2, 3. Their figures are examples: an operator publishes others. */
export const SEEDED_PLANS: readonly PlanDraft[] = [FREE, PRO, ENTERPRISE];
