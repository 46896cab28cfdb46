import { CREDENTIALS, ORIGINS, OUTCOMES, SERVICE_TIERS } from '@floopy/domain';
import { z } from 'zod';
import { orRequired } from '../wire/wire-fault';
import { identifierSchema as identifier, OBJECT_RULE, oneOf } from '../wire/wire-schemas';

/** The one type, and major, that is read. An additive change keeps it. */
export const USAGE_EVENT_TYPE = 'ai.floopy.usage.recorded.v1';

/** A stated count of tokens is at most this. */
export const MAX_TOKEN_COUNT = 1_000_000_000;

/** A producer's free text, in bytes of its JSON. */
export const MAX_METADATA_BYTES = 4_096;

export const COUNT_RULE = `must be a whole number from 0 to ${MAX_TOKEN_COUNT}, written in digits alone`;

/** The characters of RFC 3986, with whole percent escapes. */
export const URI_REFERENCE = /^(?=.{1,128}$)(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
export const SOURCE_RULE = 'must be a URI reference of 1 to 128 characters';

const count = z
  .int({ error: orRequired(COUNT_RULE) })
  .min(0, { error: COUNT_RULE })
  .max(MAX_TOKEN_COUNT, { error: COUNT_RULE });
const flag = z.boolean({ error: 'must be true or false' });

/** Totals are inclusive; the others are disjoint subsets of the total of their side. Nothing else is understood here. */
export const tokenCountsSchema = z.strictObject(
  {
    input_tokens: count.describe('All input tokens, the subsets below included.'),
    cache_read_input_tokens: count.default(0),
    cache_creation_5m_input_tokens: count.default(0),
    cache_creation_1h_input_tokens: count.default(0),
    input_audio_tokens: count.default(0),
    cache_read_input_audio_tokens: count.default(0),
    output_tokens: count.describe('All output tokens, the subsets below included.'),
    reasoning_output_tokens: count.default(0),
    output_audio_tokens: count.default(0),
  },
  { error: orRequired(OBJECT_RULE) },
);

/** What a usage event says, as JSON; an absent optional field is left out, and null is not the same. */
export const usageEventSchema = z.object(
  {
    organization_id: identifier.describe('Who pays; also the key of the record.'),
    request_id: identifier.describe('The logical request: its attempts share it, and count once.'),
    origin: oneOf(ORIGINS),
    provider: identifier,
    model: identifier.describe('The model that answered, after any fallback.'),
    service_tier: oneOf(SERVICE_TIERS).default('standard').describe('The service tier that served.'),
    outcome: oneOf(OUTCOMES).describe('upstream_error and blocked cost nothing and do not count.'),
    cache_hit: flag.default(false).describe('Answered from a cache: counts, and costs nothing.'),
    credential: oneOf(CREDENTIALS).default('platform').describe('byok: the tokens were paid for by the organization.'),
    usage: tokenCountsSchema,
    team_id: identifier.optional(),
    user_id: identifier.optional(),
    api_key_id: identifier.optional(),
    prompt_id: identifier.optional(),
    session_id: identifier.optional(),
    attempt_id: identifier.optional(),
    metadata: z
      .looseObject({}, { error: OBJECT_RULE })
      .optional()
      .describe(`Free text of the producer, kept beside the ledger; at most ${MAX_METADATA_BYTES} bytes of JSON.`),
  },
  { error: orRequired(OBJECT_RULE) },
);

/** Compiled once: a valid event takes generated code, any other the parser that names its faults. */
export const usageEventBody = z.compile(usageEventSchema, { strict: true });

/** What a producer writes: fields with a default may be left out. */
export type UsageEventInput = z.input<typeof usageEventSchema>;
export type UsageEventBody = z.output<typeof usageEventSchema>;
export type TokenCountsBody = z.output<typeof tokenCountsSchema>;

/** Whether a CloudEvents attribute is a source as the contract has it. */
export function isSource(attribute: unknown): attribute is string {
  return typeof attribute === 'string' && URI_REFERENCE.test(attribute);
}
