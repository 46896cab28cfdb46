import { DEAD_LETTER_REASONS, type Fault, formatInstant, type Instant } from '@floopy/domain';
import { z } from 'zod';
import { cloudEventOf, decodeKeptRecord, type KeptRecord } from '../dead-letters/kept-record';
import { utf8Text } from '../wire/utf8-text';
import { instantSchema, OBJECT_RULE, oneOf, wholeNumberSchema } from '../wire/wire-schemas';
import { deadLetterLineSchema, encodeDeadLetterLine, faultsSchema, type ListedLetter } from './dead-letters-view';

/** Bytes are shown up to this many; usage events are smaller, and whatever is larger is shown in part. */
export const MAX_SHOWN_BYTES = 65_536;

const bytesSchema = z.object({
  length: wholeNumberSchema,
  text: z.string().nullable().describe('Null when it is not UTF-8.'),
  hex: z.string(),
  truncated: z.boolean(),
});

const eventSchema = z.looseObject({}).nullable();

/** `GET /v1/dead-letters/{dead_letter_id}`. */
export const deadLetterViewSchema = deadLetterLineSchema.extend({
  key: bytesSchema.nullable(),
  headers: z.array(z.object({ name: z.string(), value: bytesSchema.nullable() })),
  value: bytesSchema.nullable(),
  /** What the record says, as a CloudEvent in JSON, right or wrong; null when that cannot be read. */
  event: eventSchema,
  /** What decoding makes of it now, before any price is looked at. */
  decoded: z.discriminatedUnion('type', [
    z.object({ type: z.enum(['usage', 'voided']) }, { error: OBJECT_RULE }),
    z.object(
      { type: z.literal('rejected'), reason: oneOf(DEAD_LETTER_REASONS), faults: faultsSchema },
      { error: OBJECT_RULE },
    ),
  ]),
  identity_position: wholeNumberSchema
    .nullable()
    .describe('Where the event of its identity stands on the ledger: of a conflict, the one that has taken it.'),
  /** Oldest first. */
  history: z.array(
    z.object({
      kind: oneOf(['fixed', 'discarded', 'applied', 'duplicate', 'parked']),
      at: instantSchema,
      by: z.string(),
      /** Its number in the audit. */
      act: wholeNumberSchema.nullable(),
      /** Of `fixed`: what is taken in the place of what arrived, and whether under an identity of the operator's. */
      event: eventSchema,
      reissued: z.boolean().nullable(),
      /** Of `applied`: the entry that it became. */
      organization_id: z.string().nullable(),
      position: wholeNumberSchema.nullable(),
      /** Of `parked` and `discarded`. */
      reason: z.string().nullable(),
      faults: faultsSchema.nullable(),
    }),
  ),
});

export type DeadLetterView = z.output<typeof deadLetterViewSchema>;

export interface DeadLetterReading extends ListedLetter {
  readonly raw: KeptRecord;
  readonly identityPosition: number | null;
  readonly history: readonly {
    readonly kind: DeadLetterView['history'][number]['kind'];
    readonly at: Instant;
    readonly by: string;
    readonly actNumber: number | null;
    readonly correction: { readonly raw: KeptRecord; readonly isReissued: boolean } | null;
    readonly entry: { readonly organizationId: string; readonly position: number } | null;
    readonly reason: string | null;
    readonly faults: readonly Fault[] | null;
  }[];
}

export function encodeDeadLetterView(reading: DeadLetterReading): DeadLetterView {
  const { raw, appendedAt, history } = reading;
  const decoded = decodeKeptRecord({ ...raw, appendedAt });
  return {
    ...encodeDeadLetterLine(reading),
    key: bytesView(raw.key),
    headers: raw.headers.map(([name, value]) => ({ name, value: bytesView(value) })),
    value: bytesView(raw.value),
    event: eventView(raw, appendedAt),
    decoded:
      decoded.type === 'rejected'
        ? { type: 'rejected', reason: decoded.reason, faults: decoded.faults.map((fault) => ({ ...fault })) }
        : { type: decoded.type },
    identity_position: reading.identityPosition,
    history: history.map(({ kind, at, by, actNumber, correction, entry, reason, faults }) => ({
      kind,
      at: formatInstant(at),
      by,
      act: actNumber,
      event: correction === null ? null : eventView(correction.raw, appendedAt),
      reissued: correction?.isReissued ?? null,
      organization_id: entry?.organizationId ?? null,
      position: entry?.position ?? null,
      reason,
      faults: faults === null ? null : faults.map((fault) => ({ ...fault })),
    })),
  };
}

function eventView(raw: KeptRecord, appendedAt: Instant): DeadLetterView['event'] {
  const event = cloudEventOf({ ...raw, appendedAt });
  return event === null ? null : { ...event };
}

function bytesView(bytes: Uint8Array | null): z.output<typeof bytesSchema> | null {
  if (bytes === null) return null;
  const shown = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAX_SHOWN_BYTES));
  const truncated = shown.length < bytes.byteLength;
  // A cut may go through the middle of a character: only a whole text is known to be one.
  const text = truncated ? shown.toString('utf8') : utf8Text(shown);
  return { length: bytes.byteLength, text, hex: shown.toString('hex'), truncated };
}
