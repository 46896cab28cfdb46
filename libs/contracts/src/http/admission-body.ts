import {
  type AdmissionRequest,
  CREDENTIALS,
  type ModelName,
  organizationIdOf,
  ORIGINS,
  SERVICE_TIERS,
} from '@floopy/domain';
import { z } from 'zod';
import { COUNT_RULE, isSource, MAX_TOKEN_COUNT, SOURCE_RULE } from '../usage/usage-event-schema';
import { boundedFaults, orRequired, schemaFaults, type WireFault } from '../wire/wire-fault';
import { identifierSchema as identifier, OBJECT_RULE, oneOf } from '../wire/wire-schemas';

/** Fallbacks that a request may name; the dearest of them is held for. */
export const MOST_FALLBACKS = 16;

const MODELS_RULE = `must be a list of at most ${MOST_FALLBACKS} models`;
const count = z
  .int({ error: orRequired(COUNT_RULE) })
  .min(0, { error: COUNT_RULE })
  .max(MAX_TOKEN_COUNT, { error: COUNT_RULE });

/** `POST /v1/admissions`: what is known of a request before it runs. */
export const admissionBodySchema = z.strictObject(
  {
    organization_id: identifier.describe('Who pays.'),
    request_id: identifier.describe('The logical request: its attempts share it, and take one place of the allowance.'),
    attempt_id: identifier.optional().describe('The attempt that is held for; absent where there is only one.'),
    team_id: identifier.optional(),
    source: z
      .string({ error: orRequired(SOURCE_RULE) })
      .refine(isSource, { error: SOURCE_RULE })
      .describe('The CloudEvents source of the producer that asks.'),
    origin: oneOf(ORIGINS).default('gateway'),
    provider: identifier,
    model: identifier.describe('The model that is asked for.'),
    models: z
      .array(z.strictObject({ provider: identifier.optional(), model: identifier }, { error: OBJECT_RULE }), {
        error: MODELS_RULE,
      })
      .max(MOST_FALLBACKS, { error: MODELS_RULE })
      .default([])
      .describe('Fallbacks that may answer instead; of the same provider unless they name another.'),
    service_tier: oneOf(SERVICE_TIERS).default('standard'),
    credential: oneOf(CREDENTIALS).default('platform'),
    input_tokens: count.describe('At most so many; the hold covers no more.'),
    max_output_tokens: count.optional().describe('Absent: the assumption of the plan.'),
  },
  { error: orRequired(OBJECT_RULE) },
);

/** What a caller writes: fields with a default may be left out. */
export type AdmissionBody = z.input<typeof admissionBodySchema>;

export type DecodedAdmission =
  | { readonly type: 'request'; readonly request: AdmissionRequest }
  | { readonly type: 'rejected'; readonly faults: readonly WireFault[] };

/** Reads the body of `POST /v1/admissions`; total, whatever it is. */
export function decodeAdmissionBody(body: unknown): DecodedAdmission {
  const read = admissionBodySchema.safeParse(body);
  if (!read.success) return { type: 'rejected', faults: boundedFaults(schemaFaults(read.error.issues, '')) };
  const { organization_id, request_id, attempt_id, team_id, max_output_tokens, ...asked } = read.data;
  return {
    type: 'request',
    request: {
      organizationId: organizationIdOf(organization_id),
      requestId: request_id,
      attemptId: attempt_id ?? null,
      teamId: team_id ?? null,
      origin: asked.origin,
      models: modelsOf(asked),
      serviceTier: asked.service_tier,
      credential: asked.credential,
      inputTokens: asked.input_tokens,
      maxOutputTokens: max_output_tokens ?? null,
    },
  };
}

type AskedModels = Pick<z.output<typeof admissionBodySchema>, 'provider' | 'model' | 'models'>;

function modelsOf({ provider, model, models }: AskedModels): ModelName[] {
  return [
    { provider, model },
    ...models.map((fallback) => ({ provider: fallback.provider ?? provider, model: fallback.model })),
  ];
}
