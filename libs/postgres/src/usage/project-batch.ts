import {
  type AppliedUsage,
  type CarriedOverage,
  type Instant,
  type MonthlyUsage,
  type OrganizationId,
  type PeriodOverage,
  projectCarriedOverage,
  projectMonthlyUsage,
  projectOverage,
} from '@floopy/domain';
import type { PostingStream } from './open-streams';

/** What a batch adds to the projections that are written with its ledger. */
export interface ProjectedBatch {
  readonly months: readonly { readonly organizationKey: number; readonly month: MonthlyUsage }[];
  readonly overage: readonly { readonly organizationKey: number; readonly overage: PeriodOverage }[];
  readonly carried: readonly { readonly organizationKey: number; readonly carried: CarriedOverage }[];
}

interface Added {
  readonly stream: PostingStream;
  readonly months: Map<number, MonthlyUsage>;
  readonly overage: Map<Instant, PeriodOverage>;
  readonly carried: Map<string, CarriedOverage>;
}

/** Folds what a batch has applied, by organization. */
export function projectBatch(
  applied: readonly Pick<AppliedUsage, 'posted'>[],
  streamOf: (organizationId: OrganizationId) => PostingStream,
): ProjectedBatch {
  const byOrganization = new Map<OrganizationId, Added>();
  for (const { posted } of applied) {
    let added = byOrganization.get(posted.organizationId);
    if (added === undefined) {
      added = { stream: streamOf(posted.organizationId), months: new Map(), overage: new Map(), carried: new Map() };
      byOrganization.set(posted.organizationId, added);
    }
    const { anchors } = added.stream.posting.terms;
    projectMonthlyUsage(added.months, posted, anchors);
    projectOverage(added.overage, posted, anchors);
    projectCarriedOverage(added.carried, posted, anchors);
  }
  const organizations = [...byOrganization.values()];
  return {
    months: organizations.flatMap(({ stream: { organizationKey }, months }) =>
      Array.from(months.values(), (month) => ({ organizationKey, month })),
    ),
    overage: organizations.flatMap(({ stream: { organizationKey }, overage }) =>
      Array.from(overage.values(), (added) => ({ organizationKey, overage: added })),
    ),
    carried: organizations.flatMap(({ stream: { organizationKey }, carried }) =>
      Array.from(carried.values(), (added) => ({ organizationKey, carried: added })),
    ),
  };
}
