import {
  type AppliedPlan,
  type BillingPeriod,
  GENESIS_HASH,
  type IdentifiedUsage,
  type LedgerEvent,
  NO_TERMS,
  periodHolding,
  placeRequest,
  type Plan,
  type PlanCatalogue,
  planInPeriod,
  postUsage,
  type PostedUsage,
  type PriceBook,
  priceUsage,
  projectTerms,
  type Sha256,
  subtractAmounts,
  type Terms,
} from '@floopy/domain';
import type { PlansInTime } from '../ledger/verify-plans';
import { compareEntries, type Finding } from './compare-entries';
import type { PricesInTime } from './prices-in-time';
import type { CountedBefore, ProvenOrganization } from './proof-sources';

export interface EntryProofTerms {
  readonly prices: PricesInTime;
  readonly plans: PlansInTime;
  readonly sha256: Sha256;
}

/** An entry with the record that it must follow from. */
export interface PostedRecord {
  readonly stated: IdentifiedUsage;
  readonly event: LedgerEvent;
  readonly usage: PostedUsage;
  readonly organization: ProvenOrganization;
  /** The user that the entry's number stands for; null when there is none, or who was erased. */
  readonly userId: string | null;
}

/** The terms of its organization when an entry was posted: a change was made after the entry at its position. */
export function termsBefore({ event, organization }: Pick<PostedRecord, 'event' | 'organization'>): Terms {
  let terms = NO_TERMS;
  for (const change of organization.changes) {
    if (change.position >= event.sequence) break;
    terms = projectTerms(terms, change);
  }
  return terms;
}

interface PostingAgain extends PostedRecord {
  readonly terms: Terms;
  readonly period: BillingPeriod;
  readonly before: CountedBefore;
}

/**
 * Posts a record a second time, at the moment when its entry was recorded and on what stood before that entry, and
 * compares. Of the entry only its place is believed: position, time and partition; what it says of itself is not read.
 * @returns what differs; nothing when the entry is the one that had to be posted
 */
export function proveEntry(posted: PostedRecord, before: CountedBefore, proof: EntryProofTerms): Finding[] {
  const terms = termsBefore(posted);
  const { event, stated } = posted;
  const again = { ...posted, terms, before, period: periodHolding(terms.anchors, stated.event.occurredAt) };
  let first: Finding[] | null = null;
  for (const catalogue of proof.plans.publishedBy(event.recordedAt)) {
    for (const book of proof.prices.publishedBy(event.recordedAt)) {
      const findings = postAgain(again, catalogue, book, proof.sha256);
      if (findings.length === 0) return findings;
      first ??= findings;
    }
  }
  return first ?? [];
}

function postAgain(again: PostingAgain, catalogue: PlanCatalogue, book: PriceBook, sha256: Sha256): Finding[] {
  const { stated, event, usage, organization, before, terms, period } = again;
  const plan = planAt(terms, catalogue, period, event);
  if (plan === null) return [{ kind: 'plan_version', expected: 'a published plan', found: describePlan(usage.plan) }];
  // Before there were plans, none was applied and none had a markup; which entries those are, verification judges.
  const isPlanned = usage.plan !== null;
  const markup = organization.organization.markupBasisPoints ?? (isPlanned ? plan.markupBasisPoints : 0);
  const priced = priceUsage(stated.event, book, markup);
  if (priced.type === 'unpriced') {
    return [{ kind: 'parked', expected: 'parked as unpriced', found: `applied at ${event.sequence}` }];
  }
  const posting = postUsage(
    {
      organizationId: event.organizationId,
      sequence: event.sequence - 1,
      balance: subtractAmounts(event.balanceAfter, event.amount),
      hash: GENESIS_HASH,
      recordedAt: event.recordedAt,
    },
    stated.event,
    priced,
    {
      contentDigest: stated.content,
      userReference: userReferenceOf(again),
      requestAlreadyCounted: before.requestAlreadyCounted,
      plan: isPlanned ? placeRequest(stated.event, { plan, terms, ...before }) : null,
      ingestPartition: usage.ingestPartition,
      recordedAt: event.recordedAt,
    },
    sha256,
  );
  return compareEntries(posting.event, event);
}

/** Numbers of users are the store's to give: whether the entry has the one of this user is all that can be told. */
const ANOTHER_USER = 0;

function userReferenceOf({ stated, usage, userId }: PostedRecord): number | null {
  if (stated.event.userId === null) return null;
  const isSame = usage.userReference !== null && (userId === null || userId === stated.event.userId);
  return isSame ? usage.userReference : ANOTHER_USER;
}

/** Null when it cannot be told: a version that was in force is not there any more. */
function planAt(terms: Terms, catalogue: PlanCatalogue, period: BillingPeriod, event: LedgerEvent): Plan | null {
  try {
    return planInPeriod(terms, catalogue, period, event.recordedAt);
  } catch {
    return null;
  }
}

function describePlan(plan: AppliedPlan | null): string {
  return plan === null ? 'none' : `version ${plan.planVersion}`;
}
