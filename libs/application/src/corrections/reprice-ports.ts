import type {
  Amount,
  CorrectedCharge,
  Instant,
  MissingRate,
  OrganizationId,
  RateCard,
  RateOverride,
  RightPrices,
} from '@floopy/domain';
import type { CorrectionTransaction } from './correction-store';

/** The usage that was priced wrongly, by when it was served. */
export interface RepriceSelection {
  readonly from: Instant;
  readonly until: Instant;
  /** As the events state it; null for every model. */
  readonly model: string | null;
}

/** A reprice that was planned and is stored: what was asked for, by whom. */
export interface PlannedReprice {
  readonly number: number;
  readonly plannedAt: Instant;
  readonly plannedBy: string;
  readonly selection: RepriceSelection;
  readonly right: RightPrices;
  readonly reason: string;
}

/** The same with what it comes to for each organization. */
export interface RepricePlan extends PlannedReprice {
  readonly organizations: readonly PlannedOrganization[];
}

/** The same with what it comes to in all. */
export interface ListedReprice extends PlannedReprice {
  /** How many it is about. */
  readonly organizations: number;
  readonly entries: number;
  readonly before: Amount;
  readonly after: Amount;
  readonly posted: number;
  readonly credited: Amount;
  readonly isFinished: boolean;
}

/** What a reprice comes to for one organization, counted when it was planned. */
export interface OrganizationReprice {
  readonly organizationId: OrganizationId;
  /** Where its ledger ended then: what was charged since is no part of the plan. */
  readonly through: number;
  /** Charges that become others, and what they come to before and after. */
  readonly entries: number;
  readonly before: Amount;
  readonly after: Amount;
  /** Charges that are left as they are: nothing of them stands, or the right prices have no rate. */
  readonly reversed: number;
  readonly unpriced: number;
  /** A rate that is missing; null where none is. */
  readonly missing: MissingRate | null;
}

/** The same with how far it was applied. */
export interface PlannedOrganization extends OrganizationReprice {
  readonly posted: number;
  /** What was given back by then, less what was charged more. */
  readonly credited: Amount;
  readonly isFinished: boolean;
}

/** A place among the charges of an organization, which go by when they were served; ties go by sequence. */
export interface ChargePlace {
  readonly occurredAt: Instant;
  readonly sequence: number;
}

/** Which charges are read next. */
export interface ChargeStretch {
  readonly selection: RepriceSelection;
  readonly through: number;
  readonly after: ChargePlace | null;
  readonly limit: number;
}

/** Every published card and override. */
export interface AllPrices {
  readonly cards: readonly RateCard[];
  readonly overrides: readonly RateOverride[];
}

export interface RepriceReads {
  readPrices(): Promise<AllPrices>;
  listOrganizations(): Promise<readonly OrganizationId[]>;
  /** Where a ledger ends. */
  readEnd(organizationId: OrganizationId): Promise<number>;
  readCharges(organizationId: OrganizationId, stretch: ChargeStretch): Promise<readonly CorrectedCharge[]>;
}

/** How far one organization's part of a plan was applied. */
export interface RepriceProgress {
  readonly through: number;
  readonly after: ChargePlace | null;
  readonly isFinished: boolean;
}

/** What one transaction has applied of it. */
export interface RepriceStep {
  readonly after: ChargePlace | null;
  readonly isFinished: boolean;
  readonly posted: number;
  readonly credited: Amount;
}

/** A transaction on one organization's stream that applies a part of a plan. */
export interface RepriceTransaction extends CorrectionTransaction {
  /** Of the locked stream's organization: nobody else goes on with it until the transaction ends. */
  lockProgress(plan: number): Promise<RepriceProgress>;
  readCharges(stretch: ChargeStretch): Promise<readonly CorrectedCharge[]>;
  saveStep(plan: number, step: RepriceStep): Promise<void>;
}
