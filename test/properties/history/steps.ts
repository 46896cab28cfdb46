import type { Credential, DeadLetterReason, Origin, Outcome } from '@floopy/domain';
import type { Cut } from './cuts';

/**
 * What may happen. Numbers choose among what there is by then, whatever that is, so that a history stays one when steps are
 * taken out of it.
 */
export interface Step {
  readonly act: Act;
  /** Where the connection breaks meanwhile; null where it holds. */
  readonly cut: Cut | null;
}

export type Act =
  | { readonly type: 'say'; readonly partition: number; readonly sayings: readonly Saying[] }
  | { readonly type: 'read'; readonly most: number; readonly isFatal: boolean }
  | { readonly type: 'read wrongly'; readonly fault: 'replaced' | 'ahead' }
  | { readonly type: 'wait'; readonly hours: number }
  | { readonly type: 'found'; readonly organization: number }
  | ({ readonly type: 'publish card'; readonly model: number } & Priced)
  /** No model ends what was agreed. */
  | ({ readonly type: 'agree'; readonly organization: number; readonly model: number | null } & Priced)
  | { readonly type: 'adjust'; readonly organization: number; readonly key: number; readonly units: bigint }
  | { readonly type: 'reverse'; readonly organization: number; readonly nth: number; readonly uncount: boolean }
  | ({ readonly type: 'plan reprice' } & DrawnReprice)
  | { readonly type: 'apply reprice'; readonly nth: number }
  | { readonly type: 'redrive'; readonly reason: DeadLetterReason | null }
  | { readonly type: 'discard'; readonly nth: number }
  | { readonly type: 'replay' }
  | { readonly type: 'rebuild' }
  | { readonly type: 'absorb' }
  | { readonly type: 'change plan'; readonly organization: number; readonly plan: string; readonly inDays: number }
  | { readonly type: 'switch overage'; readonly organization: number; readonly isOn: boolean; readonly inDays: number };

/** What a producer says: something else, or something that was said before. */
export type Saying =
  | ({ readonly type: 'usage' } & DrawnUsage)
  | { readonly type: 'again' | 'otherwise'; readonly nth: number }
  /** Of usage that was said, or of the one that will be said next, by the id that it is going to have. */
  | { readonly type: 'void'; readonly nth: number; readonly isAhead: boolean }
  | { readonly type: 'noise' | 'hole' };

export interface DrawnUsage {
  readonly organization: number;
  readonly request: number;
  readonly model: number;
  readonly byAlias: boolean;
  readonly origin: Origin;
  readonly outcome: Outcome;
  readonly cacheHit: boolean;
  readonly credential: Credential;
  readonly input: number;
  /** Of a thousand input tokens, so many were read from a cache. */
  readonly cachedShare: number;
  readonly output: number;
  readonly team: string | null;
  /** How long ago it occurred; below zero where the producer's clock is ahead. */
  readonly minutesAgo: number;
  readonly isMiskeyed: boolean;
}

export interface Priced {
  readonly level: number;
  readonly start: 'ever' | 'past' | 'now' | 'soon';
  /** For how long; null for ever. */
  readonly days: number | null;
}

export interface DrawnReprice {
  readonly organization: number | null;
  readonly model: number | null;
  /** How far back it reaches. */
  readonly hours: number;
  readonly card: number | 'kept';
  readonly agreement: number | 'kept' | null;
  readonly isAppliedAtOnce: boolean;
}
