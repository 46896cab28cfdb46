import { NOTICE_KINDS } from '@floopy/domain';
import { z } from 'zod';
import { identifierSchema, instantSchema, OBJECT_RULE, oneOf, wholeNumberSchema } from '../wire/wire-schemas';

export const ALERT_MESSAGE_TYPE = 'ai.floopy.billing.alert.v1';
export const ALERT_MESSAGE_SOURCE = '/floopy/billing/alerts';

/** An alert, as a webhook and the topic tell it: the same on every attempt, so that `alert_id` tells a repetition. */
export const alertMessageSchema = z.object(
  {
    alert_id: identifierSchema,
    organization_id: identifierSchema,
    kind: oneOf(NOTICE_KINDS),
    /** The team, model or receiver that it is about; null for the organization itself. */
    target: z.string().nullable(),
    /** The billing period or day that it was raised for, once; null where it is raised again after it recovered. */
    period_start: instantSchema.nullable(),
    /** Cents with 10 decimals, or a whole number: days, per cent, records. */
    threshold: z.string().nullable(),
    /** What was found, by kind; amounts are cents with 10 decimals. */
    figures: z.record(z.string(), z.union([z.string(), z.int(), z.null()])),
    /** The organization's place in its ledger that it was found at. */
    position: wholeNumberSchema.nullable(),
    fired_at: instantSchema,
  },
  { error: OBJECT_RULE },
);

/** What a webhook is posted, as Standard Webhooks has it. */
export const alertWebhookSchema = z.object(
  { type: z.literal(ALERT_MESSAGE_TYPE), timestamp: instantSchema, data: alertMessageSchema },
  { error: OBJECT_RULE },
);

export type AlertMessage = z.output<typeof alertMessageSchema>;
