import { userInfo } from 'node:os';
import { type PublishedPlans, publishPlans, type PublishPlansPorts } from '@floopy/application';
import { decodePlanFile } from '@floopy/contracts';
import { formatInstant, type Instant, type PlanDraft, type PlanFaultCode } from '@floopy/domain';
import { createPlanStore } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, timeOption } from '../command-line';
import { readTextFile, wrongFile } from '../rate-cards/card-file';
import { WrongUsage } from '../session/faults';

interface PublishOptions extends AnswerOptions {
  readonly by: string;
  readonly from?: Instant;
  readonly dryRun?: boolean;
}

/** `plans publish <file>`: makes each plan of a file that says something new the next version. */
export function addPublishPlans(plans: Command, act: Act): void {
  addLeaf(plans, {
    usage: 'publish',
    description: 'publish the plans of a file, all or none; those that are published as they are stay so',
    examples: [
      'plans publish plans.json --dry-run',
      'plans publish plans.json --from 2026-12-01T00:00:00Z --by ada',
      'plans show pro > pro.json',
    ],
    dryRun: 'tell what publishing would do',
  })
    .argument('<file>', 'as "plans show" writes it: {"plans": [...]}')
    .option('--from <time>', 'in force from (default: at once)', timeOption)
    .option('--by <operator>', 'who publishes it', userInfo().username)
    .action((file: string, options: PublishOptions) =>
      act(options, async (session) => {
        const drafts = await readPlanFile(file);
        const store = createPlanStore(await session.database());
        const ports = { store: options.dryRun === true ? savingNothing(store) : store, clock: systemClock, sha256 };
        const request = { drafts, effectiveAt: options.from ?? null, publishedBy: options.by };
        return answerOf(await publishPlans(ports, request), options.dryRun === true);
      }),
    );
}

async function readPlanFile(file: string): Promise<readonly PlanDraft[]> {
  const decoded = decodePlanFile(await readTextFile(file));
  if (decoded.type === 'plans') return decoded.drafts;
  throw wrongFile(file, decoded);
}

function savingNothing(store: PublishPlansPorts['store']): PublishPlansPorts['store'] {
  return {
    inTransaction: (work) =>
      store.inTransaction((transaction) =>
        work({ lockPlans: () => transaction.lockPlans(), savePlan: () => Promise.resolve() }),
      ),
  };
}

function answerOf(outcome: PublishedPlans, isDryRun: boolean): Answer {
  if (outcome.type === 'refused') throw new WrongUsage(refusalText(outcome));
  const published = isDryRun ? 'would_be_published' : 'published';
  const plans = outcome.plans.map(({ type, plan }) => ({
    id: plan.id,
    version: plan.version,
    state: type === 'already_published' ? type : published,
    effective_at: formatInstant(plan.effectiveAt),
    content_hash: plan.contentHash,
  }));
  const lines = plans.map(
    ({ id, version, state, effective_at: from }) =>
      `${id}: version ${version} ${state.replaceAll('_', ' ')}, from ${from}`,
  );
  return { json: { plans }, text: lines.join('\n') };
}

const FAULTS: Readonly<Record<PlanFaultCode, string>> = {
  invalid_name: 'is no name',
  invalid_count: 'is no number that can be counted to',
  invalid_amount: 'is no amount that a ledger can hold, or is negative',
  invalid_markup: 'is no markup: it is 0 to 1000000 basis points',
  invalid_lifetime: 'is no lifetime: it is 1 second to a day',
  repeated: 'names something twice',
  nothing_counts: 'is empty, so that nothing would ever count',
  counts_unserved: 'counts what nobody was served',
};

function refusalText({ refused }: Extract<PublishedPlans, { type: 'refused' }>): string {
  const lines = refused.flatMap((refusal) =>
    refusal.code === 'invalid_plan'
      ? refusal.faults.map(({ code, path }) => `  ${refusal.planId}: ${path.join('.')} ${FAULTS[code]}`)
      : [
          `  ${refusal.planId}: --from is before ${formatInstant(refusal.now)}; what was posted stays as it was decided`,
        ],
  );
  return `Nothing was published:\n${lines.join('\n')}`;
}
