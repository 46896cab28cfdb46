import { CORRECTION_KINDS, CREDENTIALS, OUTCOMES, REQUEST_STANDINGS, SERVICE_TIERS } from '@floopy/domain';
import { z } from 'zod';
import { tokenCountsSchema } from '../usage/usage-event-schema';
import {
  amountSchema,
  hashSchema,
  hexadecimal,
  identifierSchema,
  wholeNumberSchema,
  OBJECT_RULE,
  oneOf,
} from '../wire/wire-schemas';
import { ledgerEntrySchema } from './ledger-entry';

export const LEDGER_MESSAGE_TYPE = 'ai.floopy.billing.ledger.v1';
export const LEDGER_MESSAGE_SOURCE = '/floopy/billing/ledger';

/** Which rates priced it; absent when it was free whatever the card says. */
const appliedPriceSchema = z.object({
  rate_card_version: wholeNumberSchema,
  override_version: wholeNumberSchema.optional(),
  markup_basis_points: z.int(),
});

/** How a request stood against its period's allowance when it was posted; absent on what was posted before plans. */
const appliedPlanSchema = z.object({
  version: wholeNumberSchema,
  standing: oneOf(REQUEST_STANDINGS),
  /** What the request costs beside its credits, where it is overage. */
  overage_rate: amountSchema.optional(),
});

/** The part that only usage has, beside `request_id` and `origin`, which an entry shows as well. */
const postedUsageSchema = z.object(
  {
    attempt_id: identifierSchema.optional(),
    provider: identifierSchema,
    model: identifierSchema,
    service_tier: oneOf(SERVICE_TIERS),
    outcome: oneOf(OUTCOMES),
    cache_hit: z.boolean(),
    credential: oneOf(CREDENTIALS),
    tokens: tokenCountsSchema,
    team_id: identifierSchema.optional(),
    user_reference: z.int().optional(),
    api_key_id: identifierSchema.optional(),
    prompt_id: identifierSchema.optional(),
    session_id: identifierSchema.optional(),
    content_digest: hexadecimal(32),
    counted: z.boolean(),
    price: appliedPriceSchema.optional(),
    plan: appliedPlanSchema.optional(),
    ingest_partition: z.int(),
  },
  { error: OBJECT_RULE },
);

/** The part that only a correction has, beside `request_id` and `origin`: what sums take the corrected charge by. */
const correctionSchema = z.object(
  {
    provider: identifierSchema,
    model: identifierSchema,
    team_id: identifierSchema.optional(),
    prompt_id: identifierSchema.optional(),
    /** How the corrected attempt stood. */
    plan: appliedPlanSchema.optional(),
    uncounted: z.boolean().describe("Whether the request is taken out of its period's count, and of overage."),
    price: appliedPriceSchema
      .optional()
      .describe('The rates by which the charge stands from here on; none when it is reversed.'),
    reprice_plan: wholeNumberSchema.optional(),
    voided_by: z
      .object({
        source: z.string(),
        id: z.string(),
        content_digest: hexadecimal(32),
        ingest_partition: z.int(),
      })
      .optional()
      .describe("The producer's event that asked for it."),
  },
  { error: OBJECT_RULE },
);

/**
 * An entry with everything that its hash covers, and the hash before it: enough to verify a stream, and to compute
 * its charges again, without asking anybody. A line of a ledger export is the same.
 */
export const ledgerMessageSchema = ledgerEntrySchema
  .extend({
    organization_id: identifierSchema,
    cause: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('usage_event'), source: z.string(), id: z.string() }),
      z.object({ kind: z.literal('operator'), id: z.string() }),
      z.object({ kind: oneOf(CORRECTION_KINDS), id: z.string().regex(/^[1-9]\d{0,14}$/) }),
    ]),
    usage: postedUsageSchema.optional(),
    correction: correctionSchema.optional(),
    previous_hash: hashSchema,
  })
  .check(({ value, issues }) => {
    const ofRequest = value.usage !== undefined || value.correction !== undefined;
    for (const field of ['request_id', 'origin'] as const) {
      if ((value[field] === undefined) === !ofRequest) continue;
      const message = 'must stand with usage or a correction, and only there';
      issues.push({ code: 'custom', path: [field], input: value, message });
    }
    const corrects = CORRECTION_KINDS.some((kind) => kind === value.cause.kind);
    if (corrects !== (value.correction !== undefined) || (corrects && value.usage !== undefined)) {
      const message = 'must stand with a cause that is a correction, and only there, without usage';
      issues.push({ code: 'custom', path: ['correction'], input: value, message });
    }
  });

export type LedgerMessage = z.output<typeof ledgerMessageSchema>;
export type PostedUsageMessage = z.output<typeof postedUsageSchema>;
export type CorrectionMessage = z.output<typeof correctionSchema>;
