import type { RelayedBalance } from '@floopy/application';
import {
  instantOfMilliseconds,
  type OrganizationId,
  organizationIdOf,
  periodHolding,
  planInPeriod,
} from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { countRequestsOfPeriods, type WantedPeriod } from '../monthly-usage/count-requests-of-periods';
import { LockedTermsMemory } from '../organization/locked-terms-memory';
import { PlanCatalogueMemory } from '../plans/plan-catalogue-memory';
import { readPublishedVersion } from '../pricing/read-published-version';
import { amountOfRow } from './lock-streams';
import type { HeadBehindRow } from './read-heads-behind';

/** Makes balances of heads that were read in one snapshot, and remembers terms and plans between them. */
export class RelayedBalances {
  private readonly terms = new LockedTermsMemory();
  private readonly plans = new PlanCatalogueMemory();

  async of(queries: Queries, heads: readonly HeadBehindRow[]): Promise<Map<OrganizationId, RelayedBalance>> {
    if (heads.length === 0) return new Map();
    const plans = await this.plans.plansOf(queries, await readPublishedVersion(queries));
    const termsOf = await this.terms.termsOf(
      queries,
      heads.map((head) => ({ organizationKey: head.organization_key, termsVersion: head.terms_version })),
    );
    const periodOf = (head: HeadBehindRow) =>
      periodHolding(termsOf(head.organization_key).anchors, instantOfMilliseconds(head.recorded_at.getTime()));
    const uncounted = heads.filter((head) => countOf(head, periodOf(head).start) === null);
    const counts = await countRequestsOfPeriods(
      queries,
      uncounted.map((head): WantedPeriod => ({ organizationKey: head.organization_key, period: periodOf(head) })),
    );
    return new Map(
      heads.map((head) => {
        const { organization_key: organizationKey, terms_version: termsVersion } = head;
        const organizationId = organizationIdOf(head.organization_id);
        const recordedAt = instantOfMilliseconds(head.recorded_at.getTime());
        const period = periodOf(head);
        const plan = planInPeriod(termsOf(organizationKey), plans, period, recordedAt);
        return [
          organizationId,
          {
            organizationId,
            position: Number(head.sequence),
            balance: amountOfRow(head.balance),
            recordedAt,
            period,
            requestsUsed: countOf(head, period.start) ?? counts.get(organizationKey)?.get(period.start) ?? 0,
            requestsIncluded: plan.includedRequests,
            requestsOverage: head.overage_start?.getTime() === period.start ? Number(head.overage_requests) : 0,
            plan: { id: plan.id, version: plan.version },
            termsVersion,
            incarnation: Number(head.incarnation),
          },
        ];
      }),
    );
  }
}

/** What a head says of a period; null when that has to be counted. Past its latest period nothing has counted. */
function countOf({ period_start: latest, period_requests: requests }: HeadBehindRow, start: number): number | null {
  if (latest === null || latest.getTime() > start) return null;
  return latest.getTime() === start ? Number(requests) : 0;
}
