import { z } from 'zod';
import { LONGEST_REASON, READABLE, REASON_RULE } from '../wire/plain-reason';
import { orRequired, schemaFaults, type WireFault } from '../wire/wire-fault';
import { identifierSchema as identifier, OBJECT_RULE } from '../wire/wire-schemas';
import { SOURCE_RULE, URI_REFERENCE } from './usage-event-schema';

/** A producer's word that an event of its own was a mistake, on the same topic. */
export const USAGE_VOIDED_TYPE = 'ai.floopy.usage.voided.v1';

/** What a void says, as JSON. Unknown fields do no harm. */
export const usageVoidSchema = z.object(
  {
    organization_id: identifier.describe('Whose event it is; also the key of the record.'),
    source: z
      .string({ error: orRequired(SOURCE_RULE) })
      .regex(URI_REFERENCE, { error: SOURCE_RULE })
      .describe('The ce_source of the event that was a mistake.'),
    id: identifier.describe('The ce_id of the event that was a mistake.'),
    reason: z
      .string({ error: orRequired(REASON_RULE) })
      .max(LONGEST_REASON, { error: REASON_RULE })
      .regex(READABLE, { error: REASON_RULE })
      .describe('Why; it stands on the ledger, so it names no person.'),
  },
  { error: orRequired(OBJECT_RULE) },
);

export type UsageVoidInput = z.input<typeof usageVoidSchema>;
export type UsageVoidBody = z.output<typeof usageVoidSchema>;

/** The body of a void, checked, or everything that is wrong with it. */
export type ReadVoidBody =
  | { readonly type: 'void'; readonly body: UsageVoidBody }
  | { readonly type: 'faulty'; readonly faults: readonly WireFault[] };

/** Checks the body of a void against its schema. */
export function readVoidBody(body: unknown): ReadVoidBody {
  const parsed = usageVoidSchema.safeParse(body);
  return parsed.success
    ? { type: 'void', body: parsed.data }
    : { type: 'faulty', faults: schemaFaults(parsed.error.issues, '/data') };
}
