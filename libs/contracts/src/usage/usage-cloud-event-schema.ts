import { z } from 'zod';
import { CLOUD_EVENTS_VERSION } from '../wire/cloud-event-headers';
import { identifierSchema } from '../wire/wire-schemas';
import { URI_REFERENCE, USAGE_EVENT_TYPE, usageEventSchema } from './usage-event-schema';
import { USAGE_VOIDED_TYPE, usageVoidSchema } from './usage-void-schema';

/** RFC 3339 with any offset, from 1970 to 9999. That the day exists is checked where times are read. */
const RFC_3339 =
  /^(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const time = z
  .string()
  .regex(RFC_3339)
  .describe("When the request was served; at most 5 minutes past the broker's time for the record.");
const id = identifierSchema.describe('Minted once by the producer, and the same on every resend.');
const source = z.string().regex(URI_REFERENCE).describe('Who says it, for instance /floopy/gateway/eu-1.');

/** A usage event in structured mode, for documents: `decodeUsageEvent` is what judges one. */
export const usageCloudEventSchema = z.object({
  specversion: z.literal(CLOUD_EVENTS_VERSION),
  id,
  source,
  type: z.literal(USAGE_EVENT_TYPE),
  time,
  data: usageEventSchema,
});

/** The headers of a usage event in binary mode, for documents. */
export const usageEventHeadersSchema = headersOfType(USAGE_EVENT_TYPE);

/** A void in structured mode, for documents. */
export const usageVoidCloudEventSchema = z.object({
  specversion: z.literal(CLOUD_EVENTS_VERSION),
  id,
  source,
  type: z.literal(USAGE_VOIDED_TYPE),
  time,
  data: usageVoidSchema,
});

/** The headers of a void in binary mode, for documents. */
export const usageVoidHeadersSchema = headersOfType(USAGE_VOIDED_TYPE);

function headersOfType<const Type extends string>(type: Type) {
  return z.object({
    ce_specversion: z.literal(CLOUD_EVENTS_VERSION),
    ce_id: id,
    ce_source: source,
    ce_type: z.literal(type),
    ce_time: time,
    traceparent: z.string().optional().describe('W3C trace context of the request.'),
    'content-type': z.string().optional().describe('application/json, or absent.'),
  });
}
