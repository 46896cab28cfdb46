import { encodePlanFile } from '@floopy/contracts';
import { formatAmount, formatInstant, type Plan, planCatalogueOf } from '@floopy/domain';
import { listPlans, queriesOf, readPlans } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, table } from '../command-line';
import { WrongUsage } from '../session/faults';
import { addAssign } from './assign-command';
import { addPublishPlans } from './publish-command';

/** `plans publish|list|show|assign`. */
export function addPlans(program: Command, act: Act): void {
  const plans = program
    .command('plans')
    .description('what organizations may do, and what their requests cost beside credits');
  addPublishPlans(plans, act);
  addList(plans, act);
  addShow(plans, act);
  addAssign(plans, act);
}

function addList(plans: Command, act: Act): void {
  addLeaf(plans, {
    usage: 'list',
    description: 'every published version of every plan, newest first',
    examples: ['plans list', 'plans list --json'],
  }).action((options: AnswerOptions) =>
    act(options, async (session) => {
      const queries = queriesOf(await session.database());
      const published = await readPlans(queries);
      const catalogue = planCatalogueOf(published);
      const now = systemClock();
      const json = (await listPlans(queries)).map(({ publishedBy, ...summary }) => {
        const plan = catalogue.plan(summary.version);
        return {
          version: summary.version,
          id: summary.id,
          included_requests: plan?.includedRequests ?? null,
          overage_rate: plan === null || plan.overageRate === null ? null : formatAmount(plan.overageRate),
          is_in_force: catalogue.inForce(summary.id, now)?.version === summary.version,
          effective_at: formatInstant(summary.effectiveAt),
          published_at: formatInstant(summary.publishedAt),
          published_by: publishedBy,
          content_hash: summary.contentHash,
        };
      });
      const rows = json.map((plan) => [
        String(plan.version),
        plan.id,
        String(plan.included_requests ?? ''),
        plan.overage_rate ?? 'none',
        plan.is_in_force ? 'yes' : '',
        plan.effective_at,
        `${plan.published_at} by ${plan.published_by}`,
      ]);
      const header = ['VERSION', 'PLAN', 'INCLUDED', 'OVERAGE (CENTS)', 'IN FORCE', 'FROM', 'PUBLISHED'];
      return { json: { plans: json }, text: table([header, ...rows]) };
    }),
  );
}

function addShow(plans: Command, act: Act): void {
  addLeaf(plans, {
    usage: 'show',
    description: 'plans that are in force, or one version, as a file to edit and publish',
    examples: ['plans show', 'plans show pro > pro.json', 'plans show 2 --json'],
  })
    .argument('[plan]', 'its id, or the number of a version; every plan when absent')
    .action((wanted: string | undefined, options: AnswerOptions) =>
      act(options, async (session) => {
        const shown = chosen(await readPlans(queriesOf(await session.database())), wanted);
        const text = encodePlanFile(shown);
        const versions = shown.map((plan) => ({
          version: plan.version,
          id: plan.id,
          effective_at: formatInstant(plan.effectiveAt),
          content_hash: plan.contentHash,
        }));
        return { json: { versions, content: JSON.parse(text) as unknown }, text: text.trimEnd() };
      }),
    );
}

function chosen(published: readonly Plan[], wanted: string | undefined): readonly Plan[] {
  const catalogue = planCatalogueOf(published);
  const ids = [...new Set(published.map(({ id }) => id))];
  if (wanted === undefined) {
    return ids.flatMap((id) => catalogue.inForce(id, systemClock()) ?? []);
  }
  const plan =
    catalogue.inForce(wanted, systemClock()) ?? catalogue.plan(/^\d{1,9}$/.test(wanted) ? Number(wanted) : 0);
  if (plan !== null) return [plan];
  throw new WrongUsage(
    `There is no plan ${wanted} in force and no such version; there are ${ids.join(', ')}. "plans list" shows every version.`,
  );
}
