import { z } from 'zod';
import { amountSchema, identifierSchema, OBJECT_RULE, oneOf, wholeNumberSchema } from '../wire/wire-schemas';
import { watermarkSchema } from './watermark';

/** What spend can be summed by, one or two at a time; a day is one in UTC. */
export const SPEND_DIMENSIONS = ['model', 'provider', 'team', 'prompt', 'origin', 'day'] as const;
export type SpendDimension = (typeof SPEND_DIMENSIONS)[number];

const groupSchema = z.object(
  {
    /** The value of each dimension of `group_by`; null where a request had none. */
    key: z.partialRecord(z.enum(SPEND_DIMENSIONS), z.string().nullable()),
    requests: wholeNumberSchema,
    spend: amountSchema,
  },
  { error: OBJECT_RULE },
);

/** `GET …/spend`: sums, largest first. */
export const spendViewSchema = z.object(
  {
    organization_id: identifierSchema,
    unit: z.literal('cent'),
    group_by: z.array(oneOf(SPEND_DIMENSIONS)).min(1).max(2),
    groups: z.array(groupSchema),
    /** The sum of all groups. */
    total: amountSchema,
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type SpendView = z.output<typeof spendViewSchema>;
