import {
  ADMISSION_MODES,
  ORIGINS,
  OUTCOMES,
  PLAN_FEATURES,
  type PlanContent,
  type PlanDraft,
  planOf,
  writePlanContent,
} from '@floopy/domain';
import { z } from 'zod';
import { decodeFile, type RejectedFile } from '../pricing/file-fault';
import { priceSchema } from '../pricing/price-schemas';
import { identifierSchema, oneOf, wholeNumberSchema } from '../wire/wire-schemas';
import { orRequired } from '../wire/wire-fault';

const FLAG_RULE = 'must be 1 or 0';

const planSchema = z.strictObject({
  id: identifierSchema,
  name: z.string({ error: orRequired('must be a text') }),
  included_requests: wholeNumberSchema,
  overage_rate: priceSchema.nullable(),
  features: z.array(oneOf(PLAN_FEATURES)),
  markup_basis_points: wholeNumberSchema,
  hold: z.strictObject({ lifetime_seconds: wholeNumberSchema, assumed_output_tokens: wholeNumberSchema }),
  admission_mode: oneOf(ADMISSION_MODES),
  failure_policy: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('closed') }),
    z.strictObject({ type: z.literal('open'), exposure: priceSchema }),
  ]),
  counting: z.strictObject({
    outcomes: z.array(oneOf(OUTCOMES)),
    origins: z.array(oneOf(ORIGINS)),
    cache_hits: z
      .int({ error: orRequired(FLAG_RULE) })
      .min(0, { error: FLAG_RULE })
      .max(1, { error: FLAG_RULE }),
  }),
});

/**
 * Plans as a file, which is published as one act. Nothing has a default and no unknown key is passed over: each could be
 * money. Every plan is the content that is published and hashed; the file may order and space it as people like.
 */
export const planFileSchema: z.ZodType<{ readonly plans: readonly PlanContent[] }> = z.strictObject({
  plans: z.array(planSchema).min(1, { error: 'must name at least one plan' }),
});

/** Reads a file of plans, or names every place that is not of its shape. Its rules are checked when it is published. */
export function decodePlanFile(
  text: string,
): { readonly type: 'plans'; readonly drafts: readonly PlanDraft[] } | RejectedFile {
  const decoded = decodeFile(text, planFileSchema);
  return decoded.type === 'decoded' ? { type: 'plans', drafts: decoded.content.plans.map(planOf) } : decoded;
}

/** Writes plans as a file for people to read, compare and edit: their canonical contents, indented. */
export function encodePlanFile(drafts: readonly PlanDraft[]): string {
  const plans = drafts.map((draft) => JSON.parse(writePlanContent(draft)) as PlanContent);
  return `${JSON.stringify({ plans }, null, 2)}\n`;
}
