import type { OrganizationId } from '@floopy/domain';
import type { MismatchKind } from '../ledger/verify-mismatch';

/** What a proof can find different; stable codes. Where verification has a word for it, it is that word. */
export type DifferenceKind =
  | MismatchKind
  /** A record that is neither on the ledger nor parked. */
  | 'missing'
  /** An entry of which no record speaks. */
  | 'no_record'
  /** A fact of the event that the entry tells otherwise. */
  | 'fact'
  /** A record that had to be parked and was not, or was for another reason, or need not have been. */
  | 'parked'
  | 'partition_duplicates'
  | 'partition_skipped';

/** One difference between what follows from the records and what is stored. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly organizationId?: OrganizationId;
  /** The sequence number of the entry. */
  readonly position?: number;
  readonly partition?: number;
  readonly offset?: number;
  /** What it is about beside that: a fact's name, a published version. */
  readonly subject?: string;
  readonly expected: string;
  readonly found: string;
}

/** The rest is counted. */
export const MAX_LISTED_DIFFERENCES = 1_000;

/** Collects differences in bounded memory. */
export class Differences {
  readonly listed: Difference[] = [];
  private found = 0;

  add(difference: Difference): void {
    this.found += 1;
    if (this.listed.length < MAX_LISTED_DIFFERENCES) this.listed.push(difference);
  }

  get count(): number {
    return this.found;
  }
}
