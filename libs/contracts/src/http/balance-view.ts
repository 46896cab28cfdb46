import {
  type Amount,
  type BillingPeriod,
  type CreditForecast,
  floorToCents,
  formatAmount,
  formatInstant,
  type OrganizationId,
  subtractAmounts,
} from '@floopy/domain';
import { z } from 'zod';
import { billingPeriodSchema, countedRequestsSchema, shownBalanceSchema } from '../balance/balance-message-schema';
import { encodeCountedRequests } from '../balance/encode-balance-message';
import { amountSchema, identifierSchema, instantSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';
import { encodeWatermark, type Watermark, watermarkSchema } from './watermark';

/** `GET …/balance`. */
export const balanceViewSchema = z.object(
  {
    organization_id: identifierSchema,
    unit: z.literal('cent'),
    balance: amountSchema,
    balance_shown: shownBalanceSchema,
    /** What admitted requests have set aside and not used yet; null when nobody can say so at this position. */
    open_holds: amountSchema.nullable(),
    /** The balance without the holds; null as they are. */
    available: amountSchema.nullable(),
    period: billingPeriodSchema,
    requests: countedRequestsSchema,
    /** What `requests.overage` has come to, which is billed beside credits; null of the past. */
    overage_incurred: amountSchema.nullable(),
    /**
     * How long the balance lasts when it goes on as in the last week: what is held is not spent yet, and part of it comes
     * back. Null when nothing was spent, and of the past.
     */
    forecast: z
      .object({
        per_day: amountSchema,
        /** Null, as the day of zero, when it is further away than the calendar reaches. */
        days_left: wholeNumberSchema.nullable(),
        zero_on: instantSchema.nullable(),
      })
      .nullable(),
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type BalanceView = z.output<typeof balanceViewSchema>;

export interface BalanceReading {
  readonly organizationId: OrganizationId;
  readonly balance: Amount;
  /** Null when it is not known at the watermark's position. */
  readonly openHolds: Amount | null;
  readonly period: BillingPeriod;
  readonly requestsUsed: number;
  readonly requestsIncluded: number;
  readonly forecast: CreditForecast | null;
  readonly requestsOverage: number;
  /** Null of the past. */
  readonly overageIncurred: Amount | null;
  readonly watermark: Watermark;
}

export function encodeBalanceView(reading: BalanceReading): BalanceView {
  const { balance, openHolds, overageIncurred, period } = reading;
  return {
    organization_id: reading.organizationId,
    unit: 'cent',
    balance: formatAmount(balance),
    balance_shown: floorToCents(balance).toString(),
    open_holds: openHolds === null ? null : formatAmount(openHolds),
    available: openHolds === null ? null : formatAmount(subtractAmounts(balance, openHolds)),
    period: { start: formatInstant(period.start), end: formatInstant(period.end) },
    requests: encodeCountedRequests(reading),
    overage_incurred: overageIncurred === null ? null : formatAmount(overageIncurred),
    forecast: reading.forecast === null ? null : encodeForecast(reading.forecast),
    watermark: encodeWatermark(reading.watermark),
  };
}

function encodeForecast({ perDay, daysLeft, zeroOn }: CreditForecast): NonNullable<BalanceView['forecast']> {
  return {
    per_day: formatAmount(perDay),
    days_left: daysLeft,
    zero_on: zeroOn === null ? null : formatInstant(zeroOn),
  };
}
