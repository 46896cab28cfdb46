import type { Amount } from '../money/amount';
import type { Instant } from '../time/instant';
import type { Hold } from './hold';
import type { LeakedHolds } from './leaked-holds';

/** What one ledger entry means for admission. */
export type SettlingEntry =
  /** A payment or an adjustment; negative when it takes credits away. */
  | { readonly type: 'credit'; readonly amount: Amount }
  /** Usage that is charged otherwise than it was: it settles no hold, and what it gives back is spent no more. */
  | {
      readonly type: 'correction';
      /** Negative when more is charged than was. */
      readonly credit: Amount;
      readonly teamId: string | null;
      /** Of the billing period in which the usage occurred. */
      readonly periodStart: Instant;
      /** Whether its request is taken out of the count. */
      readonly uncounts: boolean;
    }
  | {
      readonly type: 'usage';
      readonly requestId: string;
      readonly attemptId: string | null;
      readonly teamId: string | null;
      /** What it was charged; not negative. */
      readonly charge: Amount;
      /** Of the billing period in which it occurred. */
      readonly periodStart: Instant;
      readonly isServed: boolean;
      /** Whether its request is counted by now, at this attempt or an earlier one. */
      readonly isRequestCounted: boolean;
      /** Whether it is the attempt at which its request counted. */
      readonly counts: boolean;
    };

/** The entries of one ledger after `from` up to `to`, without a gap. */
export interface SettlementBatch {
  readonly from: number;
  readonly to: number;
  readonly entries: readonly SettlingEntry[];
}

/** How much of a billing period's limits is used up. */
export interface PeriodUse {
  readonly periodStart: Instant;
  readonly requests: number;
  readonly teamSpend: ReadonlyMap<string, Amount>;
}

/** An organization at one position of its ledger, and the holds that are open there. */
export interface AdmissionSnapshot {
  readonly position: number;
  readonly balance: Amount;
  readonly uses: readonly PeriodUse[];
  readonly holds: readonly Hold[];
  /** Holds that are written down as open, and that the ledger has settled: their attempts have run. */
  readonly settled: readonly SettledHold[];
  readonly leaked: LeakedHolds;
}

export interface SettledHold {
  readonly hold: Hold;
  readonly isRequestCounted: boolean;
}

export type SettlementOutcome =
  | { readonly type: 'applied'; readonly settled: readonly Hold[] }
  /** All of it was absorbed before. */
  | { readonly type: 'ignored' }
  /** Entries between were missed: the organization must be read again. */
  | { readonly type: 'gap'; readonly position: number };
