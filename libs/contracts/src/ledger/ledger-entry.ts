import {
  CORRECTION_KINDS,
  formatAmount,
  formatInstant,
  LEDGER_TYPES,
  type LedgerEvent,
  originOfType,
  ORIGINS,
} from '@floopy/domain';
import { z } from 'zod';
import {
  amountSchema,
  hashSchema,
  identifierSchema,
  instantSchema,
  OBJECT_RULE,
  oneOf,
  sequenceSchema,
} from '../wire/wire-schemas';

/**
 * What made a ledger event: `usage_event` with the event's id, `operator` with the idempotency key; `reversal` and
 * `reprice` with the sequence number of the entry that they correct.
 */
export const CAUSE_KINDS = ['usage_event', 'operator', ...CORRECTION_KINDS] as const;

/** A ledger event as a customer reads it on a statement. */
export const ledgerEntrySchema = z.object(
  {
    sequence: sequenceSchema,
    type: oneOf(LEDGER_TYPES),
    amount: amountSchema,
    balance_after: amountSchema,
    occurred_at: instantSchema,
    recorded_at: instantSchema,
    cause: z.object({ kind: oneOf(CAUSE_KINDS), id: z.string() }),
    request_id: identifierSchema.optional(),
    origin: oneOf(ORIGINS).optional(),
    reason: z.string().optional(),
    hash: hashSchema,
  },
  { error: OBJECT_RULE },
);

export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

/** Writes a ledger event as an entry of a statement. */
export function encodeLedgerEntry(event: LedgerEvent): LedgerEntry {
  return {
    sequence: event.sequence,
    type: event.type,
    amount: formatAmount(event.amount),
    balance_after: formatAmount(event.balanceAfter),
    occurred_at: formatInstant(event.occurredAt),
    recorded_at: formatInstant(event.recordedAt),
    cause: { kind: event.cause.kind, id: event.cause.id },
    ...requestOf(event),
    ...(event.reason === null ? {} : { reason: event.reason }),
    hash: event.hash,
  };
}

/** Of a charge, and of what corrects one. */
function requestOf({ type, usage, correction }: LedgerEvent): Pick<LedgerEntry, 'request_id' | 'origin'> {
  if (usage !== null) return { request_id: usage.requestId, origin: usage.origin };
  return correction === null ? {} : { request_id: correction.requestId, origin: originOfType(type) };
}
