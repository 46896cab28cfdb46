import type { LedgerEvent } from '../ledger/ledger-event';
import type { DeadLetterReason } from './parked-usage';
import type { Fault, IdentifiedUsage, IdentifiedVoid, RejectedRecord } from './usage-record';

export interface ParkedRecord {
  readonly offset: number;
  readonly reason: DeadLetterReason;
  readonly faults: readonly Fault[];
  readonly organizationId: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
}

/** A producer's event and the ledger event that it became: a charge of usage, or the reversal of one. */
export interface AppliedUsage {
  readonly usage: IdentifiedUsage | IdentifiedVoid;
  readonly posted: LedgerEvent;
}

/** What became of a batch: every record is in exactly one of applied, duplicate, parked. */
export interface SettledBatch {
  readonly applied: AppliedUsage[];
  readonly parked: ParkedRecord[];
  duplicates: number;
}

type Subject = Omit<ParkedRecord, 'reason' | 'faults'>;

export function park(
  settled: SettledBatch,
  subject: Subject | RejectedRecord,
  reason: DeadLetterReason,
  faults: readonly Fault[],
): void {
  const { offset, organizationId, source, eventId } = subject;
  settled.parked.push({ offset, reason, faults, organizationId, source, eventId });
}

export function subjectOf({ offset, event }: IdentifiedUsage | IdentifiedVoid): Subject {
  return { offset, organizationId: event.organizationId, source: event.source, eventId: event.id };
}

export const UNKNOWN_ORGANIZATION = [
  { pointer: '/data/organization_id', detail: 'no such organization; create it, then re-drive this record' },
];
export const CONFLICT = [
  { pointer: '', detail: 'another event with this organization, source and id was applied before with other content' },
];
