import {
  type Amount,
  type BillingPeriod,
  floorToCents,
  formatAmount,
  formatInstant,
  type OrganizationId,
  subtractAmounts,
} from '@floopy/domain';
import { z } from 'zod';
import { billingPeriodSchema, countedRequestsSchema, shownBalanceSchema } from '../balance/balance-message-schema';
import { encodeCountedRequests } from '../balance/encode-balance-message';
import { amountSchema, identifierSchema, OBJECT_RULE } from '../wire/wire-schemas';
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
  readonly watermark: Watermark;
}

export function encodeBalanceView(reading: BalanceReading): BalanceView {
  const { balance, openHolds, period } = reading;
  return {
    organization_id: reading.organizationId,
    unit: 'cent',
    balance: formatAmount(balance),
    balance_shown: floorToCents(balance).toString(),
    open_holds: openHolds === null ? null : formatAmount(openHolds),
    available: openHolds === null ? null : formatAmount(subtractAmounts(balance, openHolds)),
    period: { start: formatInstant(period.start), end: formatInstant(period.end) },
    requests: encodeCountedRequests(reading.requestsUsed, reading.requestsIncluded),
    watermark: encodeWatermark(reading.watermark),
  };
}
