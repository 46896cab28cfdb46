import type {
  AdmissionDecision,
  AdmissionQuestion,
  AdmissionSnapshot,
  Amount,
  Hold,
  HoldKey,
  Instant,
  LeakedHolds,
  OrganizationId,
  Overshoot,
  SettlementBatch,
} from '@floopy/domain';

export type StoreAnswer =
  | AdmissionDecision
  /** Nothing is known of the organization: load it, and ask again. */
  | { readonly type: 'not_loaded' }
  /** The limits of the question were made from terms that have changed: make them again. */
  | { readonly type: 'stale_terms' }
  /** The store cannot prove that its list of holds is whole before `until`. */
  | { readonly type: 'recovering'; readonly until: Instant }
  /** It cannot decide now, or must not: another process holds this organization's holds. */
  | { readonly type: 'unavailable' };

/** What the ledger, the terms and the journal say of an organization at one position. */
export interface OrganizationSnapshot extends AdmissionSnapshot {
  readonly organizationId: OrganizationId;
  readonly termsVersion: number;
}

/** A stretch of one organization's ledger, and how far its terms have come. */
export interface LedgerStretch extends SettlementBatch {
  readonly organizationId: OrganizationId;
  readonly termsVersion: number;
}

export type SettleAnswer =
  | { readonly type: 'applied' }
  /** Absorbed before, or of an organization that is not loaded. */
  | { readonly type: 'ignored' }
  /** What lies between `position` and the stretch is missing: read from there again. */
  | { readonly type: 'gap'; readonly position: number };

/** With `holdId` only that very hold: its key may have another one by now. */
export type ReleasedKey = HoldKey & { readonly holdId?: string };

export type ReleaseAnswer = 'released' | 'not_open' | 'settled' | 'unavailable';

export interface HeldSummary {
  readonly position: number;
  readonly balance: Amount;
  readonly openHolds: number;
  readonly held: Amount;
  /** The same by team, where it is anything; under null, of what no team is named for. */
  readonly heldByTeam: ReadonlyMap<string | null, Amount>;
  /** Requests that hold a slot of the allowance: admitted, and not counted yet. */
  readonly openRequests: number;
  /** Holds that nobody settled or released before they expired. */
  readonly leaked: Pick<LeakedHolds, 'holds' | 'amount'>;
  /** How far the credits were overdrawn, ever, by cause. */
  readonly overshoot: Overshoot;
  /** How far teams passed their budgets, all of them together; as far as requests of theirs asked under a limit. */
  readonly budgetOvershoot: Overshoot;
  /** Until then the list of holds may lack some; null when it is whole. */
  readonly recoveringUntil: Instant | null;
}

/**
 * The holds of all organizations, and what they are held against. A decision is atomic: of any number that ask at once, no
 * more are admitted than every limit leaves room for. Two stores stand behind it and pass one contract suite.
 */
export interface AdmissionStore {
  /** What is admitted is as durable as the store promises before the answer is given. */
  decide(question: AdmissionQuestion): Promise<StoreAnswer>;
  /** Takes what Postgres says. What is older than what the store knows changes nothing. */
  load(snapshot: OrganizationSnapshot): Promise<void>;
  settle(stretch: LedgerStretch): Promise<SettleAnswer>;
  release(organizationId: OrganizationId, key: ReleasedKey, now: Instant): Promise<ReleaseAnswer>;
  /** Null when the organization is not loaded. */
  summary(organizationId: OrganizationId, now: Instant): Promise<HeldSummary | null>;
  /** Open holds, at most `limit`. */
  list(organizationId: OrganizationId, now: Instant, limit: number): Promise<readonly Hold[]>;
  /** Holds that leaked, the last first, at most `limit`, and at most `MOST_LEAKED_LISTED`. */
  listLeaked(organizationId: OrganizationId, now: Instant, limit: number): Promise<readonly Hold[]>;
  /** From now on, limits that were made from older terms are stale. */
  noteTerms(organizationId: OrganizationId, termsVersion: number): Promise<void>;
}
