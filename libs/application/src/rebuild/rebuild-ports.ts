import type {
  Amount,
  BillingAnchor,
  CountedEvent,
  Instant,
  LedgerHash,
  OrganizationId,
  PlacedEvent,
  SpendingEvent,
  UsedEvent,
} from '@floopy/domain';
import type { RecordedStream } from '../ledger/verify-sources';

/** What can be built again from the ledger alone, by the names that verification has for them. */
export const PROJECTIONS = [
  'monthly_usage',
  'period_overage',
  'carried_overage',
  'head_period',
  'team_spend',
  'hourly_spend',
] as const;
export type Projection = (typeof PROJECTIONS)[number];

/** All that a fold asks of a ledger event. */
export type ProjectedEvent = UsedEvent & PlacedEvent & SpendingEvent & CountedEvent;

/** Entries of one stretch that some folds do not tell apart, as one event whose amount is that of all of them. */
export interface AlikeEvents<Event = ProjectedEvent> {
  readonly event: Event;
  readonly times: number;
}

/** The entries of a stretch twice: as alike for all that goes by periods, and as alike for what goes by hours. */
export interface FoldedStretch {
  readonly byPeriod: readonly AlikeEvents[];
  /** None where nothing goes by hours. */
  readonly byHour: readonly AlikeEvents<SpendingEvent>[];
}

/** Entries of one stream, after one position and up to another, that were posted under the same anchors. */
export interface Stretch {
  readonly organizationId: OrganizationId;
  readonly after: number;
  readonly through: number;
  readonly anchors: readonly BillingAnchor[];
}

/** A stretch with the instants between which its entries may be taken together. */
export interface CutStretch extends Stretch {
  readonly cuts: readonly Instant[];
}

/** How far an organization's entries reach in time, and how its stream ends. */
export interface StreamReach {
  /** Of `occurredAt` and `recordedAt`; null where there is no entry. */
  readonly earliest: Instant | null;
  readonly latest: Instant | null;
  readonly last: { readonly sequence: number; readonly balance: Amount; readonly hash: LedgerHash } | null;
}

/** One moment of some organizations: what is written beside their ledgers, and the ledgers themselves. */
export interface RebuildView {
  readStreams(): Promise<readonly RecordedStream[]>;
  readReach(): Promise<ReadonlyMap<OrganizationId, StreamReach>>;
  /** In the order of the stretches. */
  readAlike(stretches: readonly CutStretch[]): Promise<readonly FoldedStretch[]>;
}

/** The same while nobody can append to the ledger, nor absorb its spend. */
export interface LockedView extends RebuildView {
  /** Puts what was built in the place of what was there, and notes that this organization is done. */
  replace(rebuilt: ReplacedProjections): Promise<void>;
}

/** What takes the place of an organization's rows; a part that is absent stays as it is. */
export interface ReplacedProjections {
  readonly months?: RecordedStream['months'];
  readonly periods?: NonNullable<RecordedStream['overage']>['periods'];
  readonly carried?: NonNullable<RecordedStream['overage']>['carried'];
  readonly latest?: NonNullable<RecordedStream['overage']>['latest'];
  readonly teams?: NonNullable<RecordedStream['spend']>['teams'];
  readonly hours?: NonNullable<RecordedStream['spend']>['hours'];
  /** Up to where the spend was absorbed. */
  readonly absorbedTo?: number;
}

/** An organization that is still to be looked at, with what an interrupted rebuild has built of it. */
export interface PendingOrganization {
  readonly organizationId: OrganizationId;
  /** Where its stream ended when the rebuild began. */
  readonly position: number;
  /** The text of what was built; null before the first chunk. */
  readonly built: string | null;
}

export interface RebuildRequest {
  readonly projections: readonly Projection[];
  /** Null for all. */
  readonly organizationId: OrganizationId | null;
  /** Compares only: nothing is written, not even how far it has come. */
  readonly isDryRun: boolean;
}

/** One rebuild, from where an interrupted one of the same request was left. */
export interface RebuildRun {
  readonly isResumed: boolean;
  readonly pending: readonly PendingOrganization[];
  inView<Result>(
    organizations: readonly OrganizationId[],
    work: (view: RebuildView) => Promise<Result>,
  ): Promise<Result>;
  /** Locks one organization's stream; what `work` does is committed together. */
  underLock<Result>(organization: OrganizationId, work: (view: LockedView) => Promise<Result>): Promise<Result>;
  saveBuilt(organization: OrganizationId, built: string): Promise<void>;
  saveDone(organizations: readonly OrganizationId[]): Promise<void>;
}

export interface RebuildStore {
  /** Runs one rebuild at a time, and ends it once `work` has. @returns null when another one is running */
  inTurn<Result>(request: RebuildRequest, work: (run: RebuildRun) => Promise<Result>): Promise<Result | null>;
}
