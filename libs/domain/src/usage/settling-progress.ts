import type { CorrectedCharge } from '../corrections/corrected-charge';
import type { StreamHead } from '../ledger/ledger-event';
import type { OrganizationId } from '../organization/organization';
import { OpenPeriods } from '../overage/open-periods';
import type { Instant } from '../time/instant';
import type { KnownUsage, OpenStream, SettlingBatch } from './settling-terms';
import type { Digest } from './usage-identity';

/** What the records before have led to, whichever batch they came in. */
export interface SettlingProgress {
  readonly heads: Map<OrganizationId, StreamHead>;
  readonly applied: Map<Digest, Digest>;
  readonly counted: Set<string>;
  readonly periods: Map<OrganizationId, OpenPeriods>;
  /** What a void may name, by identity; null where there is no void, so that nobody keeps it up to date. */
  readonly charges: Map<Digest, CorrectedCharge> | null;
}

export function beginProgress(batches: readonly SettlingBatch[], known: KnownUsage): SettlingProgress {
  const hasVoids = batches.some(({ records }) => records.some(({ type }) => type === 'voided'));
  return {
    heads: new Map(),
    applied: new Map(known.applied),
    counted: new Set(known.countedRequests),
    periods: new Map(),
    charges: hasVoids ? new Map(known.charges) : null,
  };
}

/** Where a stream stands by now, and when the next event on it is recorded: a clock that was set back never takes it back. */
export function standOf(
  stream: OpenStream,
  { heads }: SettlingProgress,
  now: Instant,
): { readonly head: StreamHead; readonly recordedAt: Instant } {
  const head = heads.get(stream.organization.id) ?? stream.head;
  return { head, recordedAt: now > head.recordedAt ? now : head.recordedAt };
}

/** The periods that the batches post in for one organization; they are recorded at one time. */
export function openPeriods(stream: OpenStream, recordedAt: Instant, { periods }: SettlingProgress): OpenPeriods {
  const { id } = stream.organization;
  const known = periods.get(id);
  if (known !== undefined) return known;
  const opened = new OpenPeriods(stream.posting, recordedAt);
  periods.set(id, opened);
  return opened;
}
