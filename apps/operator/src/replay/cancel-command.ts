import { endReplay, queriesOf, readReplayStatus } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions } from '../command-line';
import { operatorOf } from '../dead-letters/selection-options';
import { EXIT_CODE } from '../session/faults';
import type { Session } from '../session/session';
import { planArgument, requirePlan, statusJson, statusText } from './status-command';

interface CancelOptions extends AnswerOptions {
  readonly dryRun?: boolean;
}

/** `replay cancel <plan>`. */
export function addCancel(replay: Command, act: Act): void {
  addLeaf(replay, {
    usage: 'cancel',
    description: 'end a plan for good: a run of it stops within a transaction, and what it has applied stays',
    examples: ['replay cancel 7', 'replay cancel 7 --dry-run --json'],
    dryRun: 'tell how far it has come without cancelling it',
    planArgument: 'plan',
  })
    .argument('<plan>', 'its number', planArgument)
    .action((number: number, options: CancelOptions) => act(options, (session) => cancel(session, number, options)));
}

async function cancel(session: Session, number: number, { dryRun = false }: CancelOptions): Promise<Answer> {
  const pool = await session.database();
  const plan = await requirePlan(queriesOf(pool), number);
  const isCancelled = dryRun || (await endReplay(pool, number, 'cancelled', operatorOf(session)));
  const status = await readReplayStatus(queriesOf(pool), plan);
  const json = statusJson(plan, status);
  if (isCancelled) return { json, text: statusText(plan, status) };
  const text = `${statusText(plan, status)}\nIt has ended: there is nothing left to cancel.`;
  return { json, text, exitCode: EXIT_CODE.foundWrong };
}
