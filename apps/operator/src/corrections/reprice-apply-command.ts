import { applyReprice, type RepricePlan } from '@floopy/application';
import { createRepriceReads, createRepriceStore, type DatabasePool, readRepricePlan } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, wholeNumber } from '../command-line';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { progressJson, progressText, repriceJson, repriceText } from './reprice-view';

interface ApplyOptions extends AnswerOptions {
  readonly dryRun?: boolean;
}

/** `reprice apply <plan>`. */
export function addApplyReprice(reprice: Command, act: Act): void {
  addLeaf(reprice, {
    usage: 'apply',
    description:
      'post the differences of a plan, once; what was reversed since is left out, an interrupted run goes on',
    examples: ['reprice apply 3 --dry-run', 'reprice apply 3', 'reprice apply 3 --json'],
    dryRun: 'show the plan, and what was posted of it, without posting more',
    planArgument: 'plan',
  })
    .argument('<plan>', 'its number, as "reprice plan" told it', wholeNumber(1, 2_147_483_647))
    .action((number: number, options: ApplyOptions) =>
      act(options, (session) => apply(session, number, options.dryRun === true)),
    );
}

async function apply(session: Session, number: number, isDryRun: boolean): Promise<Answer> {
  const pool = await session.database();
  const plan = await requirePlan(pool, number);
  if (isDryRun) {
    return {
      json: {
        plan: number,
        state: 'would_be_applied',
        ...repriceJson(plan.organizations),
        so_far: progressJson(plan.organizations),
      },
      text: `${repriceText(plan.organizations)}\n\n${progressText(plan.organizations)}`,
    };
  }
  const posted = await post(session, pool, plan);
  const after = await requirePlan(pool, number);
  const isApplied = after.organizations.every(({ isFinished }) => isFinished);
  const state = isApplied ? 'applied' : 'stopped';
  const told = isApplied ? 'all of the plan is applied' : `stopped before the end: "reprice apply ${number}" goes on`;
  return {
    json: { plan: number, state, posted, ...progressJson(after.organizations) },
    text: `${progressText(after.organizations)}\n${posted} entries were posted now; ${told}`,
    ...(isApplied ? {} : { exitCode: EXIT_CODE.foundWrong }),
  };
}

async function post(session: Session, pool: DatabasePool, plan: RepricePlan): Promise<number> {
  const total = plan.organizations.reduce((sum, { entries, posted }) => sum + entries - posted, 0);
  const progress = session.showProgress({ task: 'posting', unit: 'entries', total });
  try {
    return await applyReprice(
      {
        reads: createRepriceReads(pool),
        store: createRepriceStore(pool),
        clock: systemClock,
        sha256,
        onProgress: (posted) => progress.reach(posted),
        stop: session.stop,
      },
      plan,
    );
  } finally {
    progress.end();
  }
}

/** @throws WrongUsage when there is no such plan */
export async function requirePlan(pool: DatabasePool, number: number): Promise<RepricePlan> {
  const plan = await readRepricePlan(pool, number);
  if (plan === null)
    throw new WrongUsage(
      `There is no reprice ${number}; "reprice list" shows those that there are, "reprice plan" makes one.`,
    );
  return plan;
}
