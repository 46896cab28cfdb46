import {
  type CorrectedCharge,
  CREDENTIALS,
  formatAmount,
  formatInstant,
  negateAmount,
  ORIGINS,
  OUTCOMES,
  SERVICE_TIERS,
  standingCharge,
} from '@floopy/domain';
import { z } from 'zod';
import { tokenCountsBody } from '../usage/token-counts';
import { tokenCountsSchema } from '../usage/usage-event-schema';
import {
  amountSchema,
  identifierSchema,
  instantSchema,
  OBJECT_RULE,
  oneOf,
  sequenceSchema,
} from '../wire/wire-schemas';
import { correctionViewSchema, encodeCorrections } from './correction-view';
import { cursorSchema } from './ledger-page';
import { watermarkSchema } from './watermark';

/** One attempt of a request, as the request log shows it. */
export const loggedRequestSchema = z.object(
  {
    sequence: sequenceSchema,
    request_id: identifierSchema,
    attempt_id: identifierSchema.optional(),
    occurred_at: instantSchema,
    recorded_at: instantSchema,
    origin: oneOf(ORIGINS),
    provider: identifierSchema,
    model: identifierSchema,
    service_tier: oneOf(SERVICE_TIERS),
    outcome: oneOf(OUTCOMES),
    cache_hit: z.boolean(),
    credential: oneOf(CREDENTIALS),
    /** Whether it is the attempt for which the request counts against the allowance. */
    counted: z.boolean(),
    usage: tokenCountsSchema,
    team_id: identifierSchema.optional(),
    api_key_id: identifierSchema.optional(),
    prompt_id: identifierSchema.optional(),
    session_id: identifierSchema.optional(),
    /** What was charged, exactly; not negative. */
    cost: amountSchema,
    /** What was posted to correct the charge, in order. */
    corrections: z.array(correctionViewSchema),
    /** What is left of the charge after its corrections; zero once it is reversed. */
    net_cost: amountSchema,
  },
  { error: OBJECT_RULE },
);

/** `GET …/requests`: the request log, latest first. */
export const requestLogSchema = z.object(
  {
    organization_id: identifierSchema,
    requests: z.array(loggedRequestSchema),
    next_cursor: cursorSchema,
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type LoggedRequest = z.output<typeof loggedRequestSchema>;
export type RequestLog = z.output<typeof requestLogSchema>;

/** Writes a charge as the request log shows it, with what was posted to correct it. */
export function encodeLoggedRequest(corrected: CorrectedCharge): LoggedRequest {
  const { charge: event, corrections } = corrected;
  const { usage } = event;
  return {
    sequence: event.sequence,
    request_id: usage.requestId,
    ...(usage.attemptId === null ? {} : { attempt_id: usage.attemptId }),
    occurred_at: formatInstant(event.occurredAt),
    recorded_at: formatInstant(event.recordedAt),
    origin: usage.origin,
    provider: usage.provider,
    model: usage.model,
    service_tier: usage.serviceTier,
    outcome: usage.outcome,
    cache_hit: usage.cacheHit,
    credential: usage.credential,
    counted: usage.counted,
    usage: tokenCountsBody(usage.tokens),
    ...(usage.teamId === null ? {} : { team_id: usage.teamId }),
    ...(usage.apiKeyId === null ? {} : { api_key_id: usage.apiKeyId }),
    ...(usage.promptId === null ? {} : { prompt_id: usage.promptId }),
    ...(usage.sessionId === null ? {} : { session_id: usage.sessionId }),
    cost: formatAmount(negateAmount(event.amount)),
    corrections: encodeCorrections(corrections),
    net_cost: formatAmount(standingCharge(corrected).amount),
  };
}
