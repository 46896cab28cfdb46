import { type BillingPeriod, formatInstant, type Instant, type Terms } from '@floopy/domain';
import { z } from 'zod';
import { billingPeriodSchema } from '../balance/balance-message-schema';
import { instantSchema, OBJECT_RULE } from '../wire/wire-schemas';
import { encodeBillingPeriod, termsFields } from './terms-view';
import type { WatermarkView } from './watermark';

/** `GET …/periods`: half-open intervals in UTC. */
export const billingPeriodsViewSchema = z.object(
  {
    ...termsFields,
    /** The last one that is over, the one that is running, and the one that follows. */
    periods: z.array(
      z.object({
        period: billingPeriodSchema,
        /** From when on its overage stays as it is. */
        frozen_at: instantSchema,
      }),
    ),
    /** The days and hours at which periods begin, each from an instant on; calendar months before the first. */
    anchors: z.array(z.object({ day: z.int(), hour: z.int(), effective_at: instantSchema })),
  },
  { error: OBJECT_RULE },
);

export type BillingPeriodsView = z.output<typeof billingPeriodsViewSchema>;

export interface BillingPeriodsReading {
  readonly organizationId: string;
  readonly terms: Terms;
  readonly periods: readonly { readonly period: BillingPeriod; readonly frozenAt: Instant }[];
  readonly watermark: WatermarkView;
}

export function encodeBillingPeriodsView(reading: BillingPeriodsReading): BillingPeriodsView {
  const { terms, periods } = reading;
  return {
    organization_id: reading.organizationId,
    periods: periods.map(({ period, frozenAt }) => ({
      period: encodeBillingPeriod(period),
      frozen_at: formatInstant(frozenAt),
    })),
    anchors: terms.anchors.map(({ day, hour, effectiveAt }) => ({
      day,
      hour,
      effective_at: formatInstant(effectiveAt),
    })),
    terms_version: terms.version,
    watermark: reading.watermark,
  };
}
