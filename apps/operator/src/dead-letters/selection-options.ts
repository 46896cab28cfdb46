import type { DeadLetterSelection, Operator } from '@floopy/application';
import { DEAD_LETTER_REASONS, type DeadLetterReason, type Instant } from '@floopy/domain';
import { listDeadLetters, type Queries } from '@floopy/postgres';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AnswerOptions, identifierArgument, timeOption, wholeNumber } from '../command-line';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';

/** Which dead letters a command is about, as they are named on the command line. */
export interface SelectionOptions extends AnswerOptions {
  readonly reason?: DeadLetterReason;
  readonly organization?: string;
  readonly topic?: string;
  readonly from?: Instant;
  readonly to?: Instant;
}

export interface ChosenOptions extends SelectionOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

const LARGEST_KEY = Number.MAX_SAFE_INTEGER;

/** `reasonFlag`: a command that asks for a reason of the operator's calls that of the letters something else. */
export function addSelectionOptions(command: Command, reasonFlag: '--reason' | '--parked-for' = '--reason'): Command {
  return command
    .addOption(new Option(`${reasonFlag} <code>`, 'parked for this reason').choices(DEAD_LETTER_REASONS))
    .option('--organization <id>', 'that name this organization', identifierArgument)
    .option('--topic <topic>', 'of this topic')
    .option('--from <time>', 'parked at or after', timeOption)
    .option('--to <time>', 'parked before', timeOption);
}

export function selectionOf({ reason, organization, topic, from, to }: SelectionOptions): DeadLetterSelection {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(organization === undefined ? {} : { organizationId: organization }),
    ...(topic === undefined ? {} : { topic }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** For what acts on letters: these, those of a selection, or all, each of which has to be said. */
export function chosenLetters(letterKeys: readonly number[], options: ChosenOptions): DeadLetterSelection {
  const selection = selectionOf(options);
  const isNarrowed = Object.keys(selection).length > 0;
  if (letterKeys.length > 0 && (isNarrowed || options.all === true)) {
    throw new WrongUsage('Name dead letters by their ids, or choose them by options, and not both.');
  }
  if (letterKeys.length > 0) return { letterKeys };
  if (isNarrowed || options.all === true) return selection;
  throw new WrongUsage(
    'Which dead letters? Name their ids, choose them by options such as --organization, or say --all.',
  );
}

/** @throws WrongUsage when one that is named was never there */
export async function requireNamed(queries: Queries, { letterKeys = [] }: DeadLetterSelection): Promise<void> {
  if (letterKeys.length === 0) return;
  const listed = await listDeadLetters(queries, { letterKeys }, { below: null, limit: letterKeys.length });
  const missing = letterKeys.filter((key) => !listed.some((letter) => letter.letterKey === key));
  if (missing.length > 0) throw new WrongUsage(`There is no dead letter ${missing.join(', ')}; nothing was done.`);
}

/** Parses the id of a dead letter. */
export function letterArgument(text: string): number {
  try {
    return wholeNumber(1, LARGEST_KEY)(text);
  } catch {
    throw new InvalidArgumentError('The id of a dead letter is a number, as "dead-letters list" shows it.');
  }
}

/** Parses one id more of several. */
export function letterArguments(text: string, before: readonly number[] = []): number[] {
  return [...before, letterArgument(text)];
}

export function operatorOf({ operator, actNumber }: Session): Operator {
  if (operator === null) throw new Error('who acts is known before a command that acts runs');
  return { name: operator, actNumber };
}
