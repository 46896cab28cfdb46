import { hostname, userInfo } from 'node:os';
import { type ActOutcome, auditAct, describeOutcome, type OperatorAct } from '@floopy/application';
import { createAuditStore, queriesOf } from '@floopy/postgres';
import type { Environment } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, type Answer, isAct, type Leaf } from '../command-line';
import { describe, EXIT_CODE } from '../session/faults';
import type { Session } from '../session/session';

/** A command as it was called: what it was added as, and the words that follow the program's name. */
export interface CalledCommand {
  readonly leaf: Leaf | null;
  readonly command: Command | null;
  readonly args: readonly string[];
}

type Work = Parameters<Act>[1];

/**
 * Runs the work of a command. The one way there is: what changes something of the service is written down before it runs,
 * and what came of it afterwards. A dry run changes nothing, and is not.
 */
export async function carryOut(session: Session, called: CalledCommand, work: Work): Promise<Answer> {
  const { leaf, command } = called;
  if (leaf === null || command === null || !isAct(leaf)) return work(session);
  session.operator = operatorOf(session, command);
  if (command.opts<{ readonly dryRun?: boolean }>().dryRun === true) return work(session);
  const store = createAuditStore(queriesOf(await session.database()));
  const onLostOutcome = (actNumber: number, error: unknown): void =>
    session.note(`Act ${actNumber} has ended, and how could not be written down: ${describe(error)}`);
  const run = (actNumber: number): Promise<Answer> => {
    session.actNumber = actNumber;
    return work(session);
  };
  return auditAct({ store, onLostOutcome }, actOf(session.operator, { ...called, leaf, command }), run, outcomeOf);
}

/**
 * Some commands keep who did it with what they change, under `--by`: whoever says so once, in whichever way, is named in both
 * places.
 */
export function agreeOnOperator(command: Command, environment: Environment): void {
  const stated = statedOperator(command, environment);
  if (stated !== null && command.getOptionValueSource('by') === 'default') command.setOptionValue('by', stated);
}

/** Who acts: as they say, else as the machine knows them. */
function operatorOf({ surroundings: { environment } }: Session, command: Command): string {
  return statedOperator(command, environment) ?? accountName();
}

function statedOperator(command: Command, environment: Environment): string | null {
  const { as, by } = command.opts<{ readonly as?: string; readonly by?: string }>();
  const stated = as ?? (command.getOptionValueSource('by') === 'cli' ? by : undefined);
  const named = (stated ?? environment['FLOOPY_OPERATOR'] ?? '').trim();
  return named === '' ? null : named;
}

function accountName(): string {
  return `${userInfo().username}@${hostname()}`;
}

function actOf(actor: string, { leaf, command, args }: CalledCommand & { leaf: Leaf; command: Command }): OperatorAct {
  const names = namesOf(command);
  const position = command.registeredArguments.findIndex((argument) => argument.name() === leaf.planArgument);
  return {
    actor,
    account: accountName(),
    channel: 'command_line',
    command: names.join(' '),
    // The words that name the command come first: no option stands before it.
    arguments: args.slice(names.length).filter((word) => word !== '--json'),
    plan: command.args[position] ?? null,
  };
}

/** `rate-cards publish`, without the program itself. */
function namesOf(command: Command): string[] {
  return command.parent === null ? [] : [...namesOf(command.parent), command.name()];
}

function outcomeOf({ json, exitCode = EXIT_CODE.done }: Answer): ActOutcome {
  return { type: exitCode === EXIT_CODE.done ? 'done' : 'failed', detail: describeOutcome(json) };
}
