import { DEAD_LETTER_REASONS } from '@floopy/domain';
import { z } from 'zod';
import { identifierSchema, instantSchema, OBJECT_RULE, oneOf, sequenceSchema } from '../wire/wire-schemas';

const faults = z.array(z.object({ pointer: z.string(), detail: z.string() }));
const identity = { organization_id: identifierSchema, source: z.string(), event_id: identifierSchema };

/** `GET …/usage-events/{source}/{event_id}`: what became of a usage event. */
export const usageEventFateSchema = z.discriminatedUnion('status', [
  z.object({ ...identity, status: z.literal('applied'), position: sequenceSchema }, { error: OBJECT_RULE }),
  z.object(
    {
      ...identity,
      status: z.literal('parked'),
      reason: oneOf(DEAD_LETTER_REASONS),
      faults,
      parked_at: instantSchema,
    },
    { error: OBJECT_RULE },
  ),
  /** Parked, and nothing will ever be made of it: an operator has decided so. */
  z.object(
    {
      ...identity,
      status: z.literal('discarded'),
      reason: oneOf(DEAD_LETTER_REASONS),
      faults,
      parked_at: instantSchema,
      discarded_at: instantSchema,
    },
    { error: OBJECT_RULE },
  ),
  /** Not seen: not sent, not read yet, or sent without a readable identity. */
  z.object({ ...identity, status: z.literal('unknown') }, { error: OBJECT_RULE }),
]);

export type UsageEventFate = z.output<typeof usageEventFateSchema>;
