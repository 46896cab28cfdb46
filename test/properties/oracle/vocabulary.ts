import type { Credential, DeadLetterReason, LedgerType, Origin, Outcome, RequestStanding } from '@floopy/domain';

/**
 * What the oracle is told, and what it answers in: plain numbers of milliseconds, plain bigints of 10^-10 cent, plain texts.
 * Of the domain it takes types alone, and a rule of imports holds it to that (`the-oracle-stands-alone`).
 */

/** The classes of tokens that the model plays with. */
export type Class = 'input' | 'cache_read_input' | 'output';

export interface Tier {
  /** For requests with more input tokens than this; 0 for all. */
  readonly above: number;
  readonly prices: Readonly<Partial<Record<Class, bigint>>>;
  readonly fee: bigint;
}

export interface Rates {
  readonly model: string;
  readonly aliases: readonly string[];
  readonly tiers: readonly Tier[];
}

export interface Card {
  readonly start: number;
  readonly end: number | null;
  readonly models: readonly Rates[];
}

export interface AgreedPrice {
  readonly model: string;
  readonly above: number;
  readonly class: Class;
  readonly price: bigint;
}

/** Prices that were agreed with one organization. */
export interface Agreement {
  readonly start: number;
  readonly end: number | null;
  readonly prices: readonly AgreedPrice[];
}

export interface PlanRules {
  readonly included: number;
  readonly rate: bigint | null;
  /** In hundredths of a per cent. */
  readonly markup: number;
  readonly origins: readonly Origin[];
  readonly countsCacheHits: boolean;
}

/** What a producer states of one attempt. */
export interface StatedUsage {
  readonly organization: string;
  readonly id: string;
  readonly occurredAt: number;
  readonly request: string;
  readonly origin: Origin;
  readonly model: string;
  readonly outcome: Outcome;
  readonly cacheHit: boolean;
  readonly credential: Credential;
  /** All input tokens, and those of them that were read from a cache. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly team: string | null;
}

export interface StatedVoid {
  readonly organization: string;
  readonly id: string;
  readonly occurredAt: number;
  /** The id of the usage that it names. */
  readonly voids: string;
}

/** What stands at one offset of the log. */
export type Said =
  | { readonly type: 'usage'; readonly usage: StatedUsage; readonly key: string }
  | { readonly type: 'void'; readonly void: StatedVoid }
  /** Bytes that are no event. */
  | { readonly type: 'noise' }
  /** An offset that holds no record, as the broker's own marks have one. */
  | { readonly type: 'hole' };

export interface Logged {
  readonly offset: number;
  readonly said: Said;
  readonly appendedAt: number;
}

/** The published versions that a charge stands by. */
export interface Price {
  readonly card: number;
  readonly agreement: number | null;
  readonly markup: number;
}

export interface ChargedUsage {
  readonly usage: StatedUsage;
  readonly standing: RequestStanding;
  readonly plan: string;
  readonly rate: bigint | null;
  /** Null when it was free whatever a card says. */
  readonly price: Price | null;
}

export interface Corrected {
  readonly position: number;
  readonly uncounts: boolean;
  /** Null on a reversal. */
  readonly price: Price | null;
}

/** What stands on an organization's ledger. */
export interface Entry {
  readonly position: number;
  readonly type: LedgerType;
  /** What it adds to the balance. */
  readonly units: bigint;
  readonly occurredAt: number;
  readonly recordedAt: number;
  /** What made us append it: its kind, and whose id. */
  readonly cause: string;
  readonly charged: ChargedUsage | null;
  readonly corrected: Corrected | null;
}

export interface Letter {
  readonly partition: number;
  readonly offset: number;
  status: 'parked' | 'applied' | 'duplicate' | 'discarded';
  reason: DeadLetterReason;
}

/** What became of some records. */
export interface Tally {
  applied: number;
  duplicates: number;
  parked: number;
  skipped: number;
}

/** The right prices of a reprice: a published version, or the one that each charge stands by; null for no agreement. */
export interface RightVersions {
  readonly card: number | 'kept';
  readonly agreement: number | 'kept' | null;
}

export interface RepriceWanted {
  readonly organization: string | null;
  readonly from: number;
  readonly until: number;
  readonly model: string | null;
  readonly right: RightVersions;
}
