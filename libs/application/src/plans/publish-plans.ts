import {
  decidePlan,
  type Instant,
  type Plan,
  type PlanDecision,
  type PlanDraft,
  type Sha256,
  writePlanContent,
} from '@floopy/domain';
import type { Publication } from '../pricing/publishing-store';

export interface PlansRequest {
  readonly drafts: readonly PlanDraft[];
  /** Null for at once. */
  readonly effectiveAt: Instant | null;
  /** The operator who publishes them. */
  readonly publishedBy: string;
}

/** One transaction: all of it happens, or nothing. */
export interface PlanPublishingTransaction {
  /** Keeps everybody who posts or publishes waiting until this transaction ends, and reads every published plan. */
  lockPlans(): Promise<readonly Plan[]>;
  savePlan(plan: Plan, publication: Publication): Promise<void>;
}

export interface PublishPlansPorts {
  readonly store: {
    inTransaction<Result>(work: (transaction: PlanPublishingTransaction) => Promise<Result>): Promise<Result>;
  };
  readonly clock: () => Instant;
  readonly sha256: Sha256;
}

export type PublishedPlan = Exclude<PlanDecision, { type: 'refused' }>;
export type RefusedPlan = Extract<PlanDecision, { type: 'refused' }> & { readonly planId: string };

export type PublishedPlans =
  | { readonly type: 'published'; readonly plans: readonly PublishedPlan[] }
  /** Nothing was published: a file of plans is one act. */
  | { readonly type: 'refused'; readonly refused: readonly RefusedPlan[] };

/**
 * Publishes those plans that say something other than their version in force, each as the next version. Publications
 * take turns with everything that is posted: what was posted before is recorded before, and what comes after sees them.
 */
export async function publishPlans(ports: PublishPlansPorts, request: PlansRequest): Promise<PublishedPlans> {
  return ports.store.inTransaction(async (transaction) => {
    const published = await transaction.lockPlans();
    const now = ports.clock();
    const decisions = decideAll(request, { published, now, sha256: ports.sha256 });
    const refused = decisions.flatMap(({ planId, decision }) =>
      decision.type === 'refused' ? [{ ...decision, planId }] : [],
    );
    if (refused.length > 0) return { type: 'refused', refused };
    const plans = decisions.flatMap(({ decision }) => (decision.type === 'refused' ? [] : [decision]));
    for (const { type, plan } of plans) {
      if (type === 'publishable') await transaction.savePlan(plan, publicationOf(plan, request.publishedBy));
    }
    return { type: 'published', plans };
  });
}

interface PublicationContext {
  readonly published: readonly Plan[];
  readonly now: Instant;
  readonly sha256: Sha256;
}

/** Each is decided on what is published together with those before it, so that no two take one number. */
function decideAll(
  { drafts, effectiveAt }: PlansRequest,
  context: PublicationContext,
): { readonly planId: string; readonly decision: PlanDecision }[] {
  const published = [...context.published];
  return drafts.map((draft) => {
    const decision = decidePlan(draft, { ...context, published, effectiveAt: effectiveAt ?? context.now });
    if (decision.type === 'publishable') published.push(decision.plan);
    return { planId: draft.id, decision };
  });
}

function publicationOf(plan: Plan, publishedBy: string): Publication {
  return {
    content: writePlanContent(plan),
    contentHash: plan.contentHash,
    publishedAt: plan.publishedAt,
    publishedBy,
  };
}
