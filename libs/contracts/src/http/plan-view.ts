import {
  type BillingPeriod,
  formatAmount,
  formatInstant,
  type Instant,
  type Plan,
  PLAN_FEATURES,
  type Terms,
} from '@floopy/domain';
import { z } from 'zod';
import { billingPeriodSchema } from '../balance/balance-message-schema';
import {
  amountSchema,
  identifierSchema,
  instantSchema,
  OBJECT_RULE,
  oneOf,
  sequenceSchema,
  wholeNumberSchema,
} from '../wire/wire-schemas';
import { encodeBillingPeriod, encodeMadeChange, madeChangeFields, termsFields } from './terms-view';
import type { WatermarkView } from './watermark';

/** A published version of a plan, as its customer reads it. */
export const planTermsSchema = z.object(
  {
    id: identifierSchema,
    name: z.string().min(1),
    /** Numbered over all plans; it never changes. */
    version: sequenceSchema,
    /** Requests of one billing period that cost nothing beside their credits. */
    included_requests: wholeNumberSchema,
    /** What each request past them costs where overage is on; null where the plan permits none. */
    overage_rate: amountSchema.nullable(),
    features: z.array(oneOf(PLAN_FEATURES)),
  },
  { error: OBJECT_RULE },
);

/** `GET …/plan`. */
export const planViewSchema = z.object(
  {
    ...termsFields,
    /** By which the running billing period's requests are judged. */
    plan: planTermsSchema,
    period: billingPeriodSchema,
    /** The plan that follows, where it is known that one does by the end of the running period. */
    next: z.object({ plan: planTermsSchema, from: instantSchema }).optional(),
    /** Every plan that was chosen, in the order in which they take effect. */
    history: z.array(z.object({ plan: identifierSchema, ...madeChangeFields })),
  },
  { error: OBJECT_RULE },
);

export type PlanTerms = z.output<typeof planTermsSchema>;
export type PlanView = z.output<typeof planViewSchema>;

export interface PlanReading {
  readonly organizationId: string;
  readonly terms: Terms;
  readonly plan: Plan;
  readonly period: BillingPeriod;
  readonly next: { readonly plan: Plan; readonly from: Instant } | null;
  readonly watermark: WatermarkView;
}

export function encodePlanView({ organizationId, terms, plan, period, next, watermark }: PlanReading): PlanView {
  return {
    organization_id: organizationId,
    plan: encodePlanTerms(plan),
    period: encodeBillingPeriod(period),
    ...(next === null ? {} : { next: { plan: encodePlanTerms(next.plan), from: formatInstant(next.from) } }),
    history: terms.plans.map((made) => ({ plan: made.change.planId, ...encodeMadeChange(made) })),
    terms_version: terms.version,
    watermark,
  };
}

export function encodePlanTerms(plan: Plan): PlanTerms {
  return {
    id: plan.id,
    name: plan.name,
    version: plan.version,
    included_requests: plan.includedRequests,
    overage_rate: plan.overageRate === null ? null : formatAmount(plan.overageRate),
    features: [...plan.features],
  };
}
