import { userInfo } from 'node:os';
import { planStanding } from '@floopy/application';
import { formatInstant, type OrganizationId } from '@floopy/domain';
import { queriesOf, readPlans, readTerms } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, organizationArgument, timeOption } from '../command-line';
import { type ChangeOptions, makeChange } from '../organization/make-change';
import { requireOrganization } from '../organization/require-organization';

/** `plans assign <org> <plan>`. */
export function addAssign(plans: Command, act: Act): void {
  addLeaf(plans, {
    usage: 'assign',
    description:
      'put an organization on a plan; what includes more takes effect at once, what includes less with the next period',
    examples: ['plans assign org_acme pro', 'plans assign org_acme free --at 2026-12-01T00:00:00Z --dry-run'],
    dryRun: 'tell what would be changed',
  })
    .argument('<organization>', 'its id', organizationArgument)
    .argument('<plan>', 'the id of a published plan')
    .option('--at <time>', 'from when (default: at once)', timeOption)
    .option('--by <operator>', 'who does it', userInfo().username)
    .action((organizationId: OrganizationId, planId: string, options: ChangeOptions) =>
      act(options, async (session) => {
        const pool = await session.database();
        const queries = queriesOf(pool);
        const { organizationKey } = await requireOrganization(queries, organizationId);
        const { state, effectiveAt } = await makeChange(pool, organizationId, { type: 'plan', planId }, options);
        const terms = await readTerms(queries, organizationKey);
        const { plan, period, next } = planStanding(terms, await readPlans(queries), systemClock());
        const json = {
          organization_id: organizationId,
          state,
          assigned: planId,
          effective_at: effectiveAt,
          plan: { id: plan.id, version: plan.version },
          period_end: formatInstant(period.end),
          next: next === null ? null : { id: next.plan.id, version: next.plan.version, from: formatInstant(next.from) },
          terms_version: terms.version,
        };
        const following = json.next === null ? '' : `, and on ${json.next.id} from ${json.next.from}`;
        return {
          json,
          text: `${organizationId}, plan ${planId}: ${state.replaceAll('_', ' ')}\nit is on ${plan.id} now${following}`,
        };
      }),
    );
}
