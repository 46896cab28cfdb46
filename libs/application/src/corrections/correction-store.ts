import type { LedgerEvent, OpenStream, OrganizationId, PeriodCount, Posting } from '@floopy/domain';

/** A locked stream, as far as correcting asks for it. */
export type CorrectingStream = Pick<OpenStream, 'organization' | 'head' | 'posting'>;

/** An entry with all that was posted to correct it, in ledger order. */
export interface CorrectedEntry {
  readonly entry: LedgerEvent;
  readonly corrections: readonly LedgerEvent[];
}

/** What is posted on the locked stream. */
export interface PostedCorrections {
  /** In order, each on the head that the one before it left. */
  readonly postings: readonly Posting[];
  /** What the latest period has come to, where that has changed. */
  readonly count: PeriodCount | null;
}

/** One transaction on one organization's stream: all of it happens, or nothing. */
export interface CorrectionTransaction {
  /** Keeps everybody else from appending until the transaction ends; null when there is no such organization. */
  lockStream(organizationId: OrganizationId): Promise<CorrectingStream | null>;
  /** What stands at a position of the locked stream; null when nothing does. */
  readCorrected(sequence: number): Promise<CorrectedEntry | null>;
  /** Appends, and moves head, months and overage with it. */
  save(posted: PostedCorrections): Promise<void>;
}
