import { assert } from '../assert';
import { standingCharge } from '../corrections/corrected-charge';
import { postReversal } from '../corrections/post-correction';
import { CONFLICT, park, type SettledBatch, subjectOf, UNKNOWN_ORGANIZATION } from './settled-batch';
import { openPeriods, type SettlingProgress, standOf } from './settling-progress';
import type { SettlingTerms } from './settling-terms';
import type { IdentifiedVoid } from './usage-record';

/**
 * Decides what becomes of a void. It reverses the charge of the event that it names, and takes its request out of the
 * count when it had counted by that event. One that comes before its event is parked, and may be re-driven after it; one
 * whose event is reversed already adds nothing, not even its identity: a resend of it finds the event reversed as well, and
 * what a ledger knows an identity by is the entry that it made.
 */
export function settleVoid(
  record: IdentifiedVoid,
  terms: SettlingTerms & { readonly ingestPartition: number },
  progress: SettlingProgress,
  settled: SettledBatch,
): void {
  const { event, identity, content } = record;
  const stream = terms.streams.get(event.organizationId);
  if (stream === undefined) return park(settled, subjectOf(record), 'unknown_organization', UNKNOWN_ORGANIZATION);
  const earlier = progress.applied.get(identity);
  if (earlier !== undefined && earlier !== content) return park(settled, subjectOf(record), 'conflict', CONFLICT);
  assert(progress.charges !== null, 'charges are kept where there is a void');
  const corrected = progress.charges.get(record.voided);
  if (earlier === undefined && corrected === undefined) {
    return park(settled, subjectOf(record), 'unknown_event', UNKNOWN_EVENT);
  }
  if (earlier === content || corrected === undefined || standingCharge(corrected).isReversed) {
    settled.duplicates += 1;
    return;
  }

  const { head, recordedAt } = standOf(stream, progress, terms.now);
  const { counted: uncount } = corrected.charge.usage;
  const { source, id, reason } = event;
  const voiding = { source, id, contentDigest: content, ingestPartition: terms.ingestPartition };
  const posting = postReversal(head, corrected, { reason, uncount, voiding }, recordedAt, terms.sha256);
  if (uncount) openPeriods(stream, recordedAt, progress).takeBack(corrected.charge.occurredAt);
  progress.applied.set(identity, content);
  progress.charges.set(record.voided, { ...corrected, corrections: [...corrected.corrections, posting.event] });
  progress.heads.set(event.organizationId, posting.head);
  settled.applied.push({ usage: record, posted: posting.event });
}

const UNKNOWN_EVENT = [
  {
    pointer: '/data/id',
    detail: 'no event with this source and id was applied for the organization; re-drive this void after it was',
  },
];
