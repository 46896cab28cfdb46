import { DEAD_LETTER_REASONS } from '@floopy/domain';
import { z } from 'zod';
import { instantSchema, oneOf } from '../wire/wire-schemas';

/** What stands beside the original headers of a dead letter; headers are text. */
export const deadLetterHeadersSchema = z.object({
  dead_letter_reason: oneOf(DEAD_LETTER_REASONS),
  dead_letter_faults: z.string().describe('JSON: [{"pointer", "detail"}].'),
  dead_letter_topic: z.string(),
  dead_letter_partition: z.string().regex(/^\d+$/),
  dead_letter_offset: z.string().regex(/^\d+$/),
  dead_letter_parked_at: instantSchema,
});

export type DeadLetterHeaders = z.output<typeof deadLetterHeadersSchema>;
