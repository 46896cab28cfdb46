import type { ReplayPlan } from '@floopy/application';
import { formatInstant } from '@floopy/domain';
import {
  listReplayPlans,
  type Queries,
  queriesOf,
  readReplayPlan,
  readReplayStatus,
  type ReplayStatus,
} from '@floopy/postgres';
import { type Command, InvalidArgumentError } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, table, wholeNumber } from '../command-line';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { planJson, planText, sourceText } from './plan-view';

const SHOWN = 20;

/** `replay status [plan]`. */
export function addStatus(replay: Command, act: Act): void {
  addLeaf(replay, {
    usage: 'status',
    description: 'how far a plan has come, with all that was planned; without a number, the last plans',
    examples: ['replay status', 'replay status 7 --json'],
  })
    .argument('[plan]', 'its number', planArgument)
    .action((number: number | undefined, options: AnswerOptions) =>
      act(options, (session) => (number === undefined ? listPlans(session) : showPlan(session, number))),
    );
}

async function listPlans(session: Session): Promise<Answer> {
  const queries = queriesOf(await session.database());
  const plans: { readonly plan: ReplayPlan; readonly status: ReplayStatus }[] = [];
  for (const plan of await listReplayPlans(queries, SHOWN)) {
    plans.push({ plan, status: await readReplayStatus(queries, plan) });
  }
  const rows = plans.map(({ plan, status }) => [
    String(plan.number),
    formatInstant(plan.plannedAt),
    plan.plannedBy,
    status.state,
    String(status.applied),
    sourceText(plan.source),
  ]);
  return {
    json: { plans: plans.map(({ plan, status }) => statusJson(plan, status)) },
    text:
      rows.length === 0
        ? 'There are no plans; "replay plan" makes one.'
        : table([['PLAN', 'PLANNED', 'BY', 'STATE', 'APPLIED', 'OF'], ...rows]),
  };
}

async function showPlan(session: Session, number: number): Promise<Answer> {
  const queries = queriesOf(await session.database());
  const plan = await requirePlan(queries, number);
  const status = await readReplayStatus(queries, plan);
  return {
    json: { ...statusJson(plan, status), planned: planJson(plan) },
    text: [statusText(plan, status), 'Planned:', ...planText(plan)].join('\n'),
  };
}

/** @throws WrongUsage when there is no such plan */
export async function requirePlan(queries: Queries, number: number): Promise<ReplayPlan> {
  const plan = await readReplayPlan(queries, number);
  if (plan === null) throw new WrongUsage(`There is no plan ${number}; "replay status" lists the last ones.`);
  return plan;
}

/** Parses the number of a plan. */
export function planArgument(text: string): number {
  try {
    return wholeNumber(1, Number.MAX_SAFE_INTEGER)(text);
  } catch {
    throw new InvalidArgumentError('A plan is named by its number, as "replay status" shows it.');
  }
}

export function statusJson(plan: ReplayPlan, { state, steps, applied, duplicates, parked, linesPassed }: ReplayStatus) {
  return {
    plan: plan.number,
    state,
    planned_at: formatInstant(plan.plannedAt),
    planned_by: plan.plannedBy,
    applied,
    duplicates,
    parked,
    ...(linesPassed === null ? {} : { lines_passed: linesPassed }),
    steps: steps.map(({ kind, takenAt, takenBy, actNumber }) => {
      return { kind, at: formatInstant(takenAt), by: takenBy, act: actNumber };
    }),
  };
}

export function statusText(plan: ReplayPlan, { state, steps, applied, duplicates, parked }: ReplayStatus): string {
  const history = steps.map(({ kind, takenAt, takenBy }) => `  ${kind} ${formatInstant(takenAt)} by ${takenBy}`);
  return [
    `Plan ${plan.number} of ${formatInstant(plan.plannedAt)} by ${plan.plannedBy}: ${state}`,
    ...history,
    `  ${applied} applied, ${duplicates} duplicates, ${parked} parked`,
  ].join('\n');
}
