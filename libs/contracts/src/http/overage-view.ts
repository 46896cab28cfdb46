import {
  type Amount,
  type BillingPeriod,
  type CarriedOverage,
  formatAmount,
  formatInstant,
  type Instant,
  type PeriodOverage,
  type Plan,
  type Terms,
} from '@floopy/domain';
import { z } from 'zod';
import { billingPeriodSchema } from '../balance/balance-message-schema';
import { amountSchema, instantSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';
import { encodeBillingPeriod, encodeMadeChange, madeChangeFields, termsFields } from './terms-view';
import type { WatermarkView } from './watermark';

/** `GET …/overage`. */
export const overageViewSchema = z.object(
  {
    ...termsFields,
    /** Whether its owner agrees, now, to pay for requests past the allowance. */
    enabled: z.boolean(),
    /** Whether the plan has such requests at all, and what each costs. */
    permitted: z.boolean(),
    rate: amountSchema.nullable(),
    period: billingPeriodSchema,
    /** From when on the period's overage stays as it is: usage that comes later is carried to a later invoice. */
    frozen_at: instantSchema,
    requests: z.object({
      used: wholeNumberSchema,
      included: wholeNumberSchema,
      remaining: wholeNumberSchema,
      /** Past the allowance, and billed; those that came after the period was frozen are among them. */
      overage: wholeNumberSchema,
      /** Past the allowance while it was off: served, and never billed. */
      excess_unbilled: wholeNumberSchema,
    }),
    /** What the period's overage has come to, without what came after it was frozen … */
    incurred: amountSchema,
    /** … and what it will have come to at its end when requests go on at their pace: a forecast. */
    projected: amountSchema,
    /** Late overage of earlier periods, which goes on this one's invoice. */
    carried_forward: z.array(
      z.object({ period: billingPeriodSchema, requests: wholeNumberSchema, amount: amountSchema }),
    ),
    /** Every time that it was switched, in the order in which that takes effect; also what is still to come. */
    history: z.array(z.object({ enabled: z.boolean(), ...madeChangeFields })),
  },
  { error: OBJECT_RULE },
);

export type OverageView = z.output<typeof overageViewSchema>;

export interface OverageReading {
  readonly organizationId: string;
  readonly terms: Terms;
  readonly isOn: boolean;
  readonly plan: Plan;
  readonly period: BillingPeriod;
  readonly frozenAt: Instant;
  readonly requestsUsed: number;
  readonly overage: PeriodOverage;
  readonly projected: Amount;
  readonly carried: readonly CarriedOverage[];
  readonly watermark: WatermarkView;
}

export function encodeOverageView(reading: OverageReading): OverageView {
  const { terms, plan, overage, requestsUsed: used } = reading;
  const included = plan.includedRequests;
  return {
    organization_id: reading.organizationId,
    enabled: reading.isOn,
    permitted: plan.overageRate !== null,
    rate: plan.overageRate === null ? null : formatAmount(plan.overageRate),
    period: encodeBillingPeriod(reading.period),
    frozen_at: formatInstant(reading.frozenAt),
    requests: {
      used,
      included,
      remaining: Math.max(0, included - used),
      overage: overage.requests + overage.lateRequests,
      excess_unbilled: overage.excessRequests,
    },
    incurred: formatAmount(overage.amount),
    projected: formatAmount(reading.projected),
    carried_forward: reading.carried.map(({ source, requests, amount }) => ({
      period: encodeBillingPeriod(source),
      requests,
      amount: formatAmount(amount),
    })),
    history: terms.overage.map((made) => ({ enabled: made.change.enabled, ...encodeMadeChange(made) })),
    terms_version: terms.version,
    watermark: reading.watermark,
  };
}
