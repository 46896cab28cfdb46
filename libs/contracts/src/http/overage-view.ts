import { type BillingPeriod, formatAmount, formatInstant, type Instant, type Plan, type Terms } from '@floopy/domain';
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
    requests: z.object({ used: wholeNumberSchema, included: wholeNumberSchema, remaining: wholeNumberSchema }),
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
  readonly watermark: WatermarkView;
}

export function encodeOverageView(reading: OverageReading): OverageView {
  const { terms, plan, requestsUsed: used } = reading;
  const included = plan.includedRequests;
  return {
    organization_id: reading.organizationId,
    enabled: reading.isOn,
    permitted: plan.overageRate !== null,
    rate: plan.overageRate === null ? null : formatAmount(plan.overageRate),
    period: encodeBillingPeriod(reading.period),
    frozen_at: formatInstant(reading.frozenAt),
    requests: { used, included, remaining: Math.max(0, included - used) },
    history: terms.overage.map((made) => ({ enabled: made.change.enabled, ...encodeMadeChange(made) })),
    terms_version: terms.version,
    watermark: reading.watermark,
  };
}
