import type { OrganizationId } from '@floopy/domain';

/** What verification can find wrong; stable codes, so that alarms can be built on them. */
export type MismatchKind =
  /** A stored entry does not say anything that this software can have written. */
  | 'entry'
  | 'unknown_organization'
  | 'sequence'
  | 'balance_after'
  | 'recorded_at'
  | 'hash'
  | 'identity'
  | 'repeated_identity'
  | 'counted'
  | 'amount'
  | 'rate_card_version'
  | 'override_version'
  | 'markup'
  | 'rate_card'
  | 'rate_override'
  | 'plan'
  | 'plan_version'
  | 'standing'
  | 'overage_rate'
  /** A correction that does not follow from what it corrects. */
  | 'correction'
  | 'head'
  | 'head_sequence'
  | 'head_balance'
  | 'head_hash'
  | 'head_recorded_at'
  | 'head_terms_version'
  | 'head_period'
  | 'organization_change'
  | 'monthly_usage'
  | 'period_overage'
  | 'carried_overage'
  | 'team_spend'
  | 'hourly_spend'
  | 'spend_checkpoint'
  | 'partition_offsets'
  | 'partition_applied'
  | 'partition_duplicates'
  | 'partition_parked'
  /** Usage is said to be applied that its topic does not hold. */
  | 'partition_log_end'
  | 'dead_letter'
  | 'relay_checkpoint'
  /** A record of the ledger's topic that the ledger does not say. */
  | 'relayed_entry'
  /** What was handed on and is not in the topic. */
  | 'relay_gap'
  | 'anchor'
  /** What the database itself refuses, and does not any more. */
  | 'append_only'
  | 'row_security'
  | 'privilege';

/** One difference between what is stored and what follows from the ledger. */
export interface Mismatch {
  readonly kind: MismatchKind;
  readonly organizationId?: OrganizationId;
  /** The sequence number of the entry on the organization's stream. */
  readonly position?: number;
  /** What it is about, where that is no entry: a month, a partition, a published card. */
  readonly subject?: string;
  readonly expected: string;
  readonly found: string;
}

/** A ledger that is wrong everywhere is told by its first mismatches; the rest is counted. */
export const MAX_LISTED_MISMATCHES = 1_000;

/** Collects mismatches in bounded memory. */
export class Mismatches {
  readonly listed: Mismatch[] = [];
  private found = 0;

  add(mismatch: Mismatch): void {
    this.found += 1;
    if (this.listed.length < MAX_LISTED_MISMATCHES) this.listed.push(mismatch);
  }

  get count(): number {
    return this.found;
  }
}
