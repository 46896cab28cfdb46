import { z } from 'zod';
import {
  amountSchema,
  identifierSchema,
  instantSchema,
  OBJECT_RULE,
  sequenceSchema,
  wholeNumberSchema,
} from '../wire/wire-schemas';

export const BALANCE_MESSAGE_TYPE = 'ai.floopy.billing.balance.v1';
export const BALANCE_MESSAGE_SOURCE = '/floopy/billing/balance';

/** Whole cents, rounded towards minus infinity. */
export const shownBalanceSchema = z.string().regex(/^(?:0|-?[1-9]\d*)$/, { error: 'must be whole cents' });

export const billingPeriodSchema = z.object({ start: instantSchema, end: instantSchema }, { error: OBJECT_RULE });

/** Requests of the billing period; `overage` are those past the allowance that are billed beside credits. */
export const countedRequestsSchema = z.object(
  {
    used: wholeNumberSchema,
    included: wholeNumberSchema,
    remaining: wholeNumberSchema,
    overage: wholeNumberSchema,
  },
  { error: OBJECT_RULE },
);

/** The newest balance of an organization, for caches beside a gateway: a message with a lower position is stale. */
export const balanceMessageSchema = z.object(
  {
    organization_id: identifierSchema,
    unit: z.literal('cent'),
    balance: amountSchema,
    balance_shown: shownBalanceSchema,
    period: billingPeriodSchema,
    requests: countedRequestsSchema,
    /** Absent on messages from before there were plans. */
    plan: z.object({ id: z.string(), version: sequenceSchema }, { error: OBJECT_RULE }).optional(),
    /** The number of the last change of terms that it was written under; absent like `plan`. */
    terms_version: wholeNumberSchema.optional(),
    position: sequenceSchema,
    recorded_at: instantSchema,
  },
  { error: OBJECT_RULE },
);

export type CountedRequests = z.output<typeof countedRequestsSchema>;
export type BalanceMessage = z.output<typeof balanceMessageSchema>;
