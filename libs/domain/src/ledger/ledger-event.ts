import type { Amount } from '../money/amount';
import type { OrganizationId } from '../organization/organization';
import type { AppliedPlan } from '../overage/place-request';
import type { Instant } from '../time/instant';
import type { UsageEvent } from '../usage/usage-event';
import type { Digest } from '../usage/usage-identity';

/** SHA-256 of a ledger event's canonical encoding, 64 lower-case hexadecimal digits. */
export type LedgerHash = string & { readonly hash: 'ledger event' };

/** The types that a customer sees on a statement. */
export const LEDGER_TYPES = ['payment', 'request', 'playground', 'adjustment'] as const;
export type LedgerType = (typeof LEDGER_TYPES)[number];

/**
 * What made us append: a producer's usage event, an operator's act under its idempotency key, or an entry that needed
 * correcting, whose sequence number, in digits, is the id.
 */
export type Cause =
  | { readonly kind: 'usage_event'; readonly source: string; readonly id: string }
  | { readonly kind: 'operator'; readonly id: string }
  | { readonly kind: CorrectionKind; readonly id: string };

/** A reversal leaves nothing of a charge; a reprice leaves what other prices make of it. */
export const CORRECTION_KINDS = ['reversal', 'reprice'] as const;
export type CorrectionKind = (typeof CORRECTION_KINDS)[number];

/** What was paid for it, and by which rates: enough to compute the charge again. */
export interface AppliedPrice {
  readonly rateCardVersion: number;
  readonly overrideVersion: number | null;
  readonly markupBasisPoints: number;
}

type FactsOfUsage = Omit<UsageEvent, 'organizationId' | 'source' | 'id' | 'occurredAt' | 'userId' | 'metadata'>;

/** The part of a ledger event that only usage has. */
export interface PostedUsage extends FactsOfUsage {
  /** Stands for the user id, which lies beside the ledger and can be erased; the number alone names nobody. */
  readonly userReference: number | null;
  readonly contentDigest: Digest;
  /** Whether this attempt is the one for which its request counts against the allowance. */
  readonly counted: boolean;
  /** Null when it was free whatever the card says. */
  readonly price: AppliedPrice | null;
  /** How it stood against the allowance; null on what was posted before there were plans. */
  readonly plan: AppliedPlan | null;
  /** The number of the partition (of one incarnation of its topic) that it was read from. */
  readonly ingestPartition: number;
}

/**
 * The part of a ledger event that only a correction has. It repeats what sums take a charge by, so that whatever took the
 * charge takes the correction, too, without looking for the charge.
 */
export interface Correction {
  readonly requestId: string;
  readonly provider: string;
  readonly model: string;
  readonly teamId: string | null;
  readonly promptId: string | null;
  /** How the corrected attempt stood; null where that was not known of. */
  readonly plan: AppliedPlan | null;
  /** Whether the request is taken out of its period's count, and of overage where it was that: then for good. */
  readonly uncounted: boolean;
  /** The rates by which the charge stands from here on; null on a reversal, after which nothing of it stands. */
  readonly price: AppliedPrice | null;
  /** The number of the reprice that it is a part of; null on a reversal. */
  readonly repricePlan: number | null;
  /** The producer's event that asked for it; null when an operator did. */
  readonly voiding: VoidingEvent | null;
}

/** A producer's statement that an event of its own was a mistake, as the ledger keeps it. */
export interface VoidingEvent {
  readonly source: string;
  readonly id: string;
  readonly contentDigest: Digest;
  readonly ingestPartition: number;
}

/** A fact on an organization's stream. Never changed, never deleted; a correction is another event. */
export interface LedgerEvent {
  readonly organizationId: OrganizationId;
  /** 1, 2, 3 … without a gap, for each organization. */
  readonly sequence: number;
  readonly type: LedgerType;
  /** What it adds to the balance; a charge is negative. */
  readonly amount: Amount;
  readonly balanceAfter: Amount;
  readonly occurredAt: Instant;
  /** When we wrote it; never goes back within an organization. */
  readonly recordedAt: Instant;
  readonly cause: Cause;
  readonly usage: PostedUsage | null;
  /** Null on everything that corrects nothing. */
  readonly correction: Correction | null;
  /** Why an operator adjusted or a charge was corrected; null on everything else. */
  readonly reason: string | null;
  readonly hash: LedgerHash;
}

/** Where a stream ends: written with its last event, and what the next one is posted on. */
export interface StreamHead {
  readonly organizationId: OrganizationId;
  readonly sequence: number;
  readonly balance: Amount;
  readonly hash: LedgerHash;
  readonly recordedAt: Instant;
}
