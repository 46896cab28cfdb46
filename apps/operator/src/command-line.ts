import {
  type Amount,
  type Instant,
  isIdentifier,
  type OrganizationId,
  organizationIdOf,
  parseAmount,
  parseInstant,
} from '@floopy/domain';
import { type Command, InvalidArgumentError } from 'commander';
import type { ExitCode } from './session/faults';
import type { Session } from './session/session';

/** What a command has to say, twice: for scripts and for people. */
export interface Answer {
  readonly json: object;
  readonly text: string;
  /** 0 unless something was found wrong. */
  readonly exitCode?: ExitCode;
}

export interface AnswerOptions {
  readonly json?: boolean;
}

/** Runs the work of a command and prints its answer as the options say. */
export type Act = (options: AnswerOptions, work: (session: Session) => Promise<Answer>) => Promise<void>;

export interface Leaf {
  /** Name and arguments, such as `create <organization>`. */
  readonly usage: string;
  readonly description: string;
  readonly examples: readonly string[];
  /** Given for what writes: says what would be written without writing it. Such a command is written down, too. */
  readonly dryRun?: string;
  /** `files`: what it writes is a file of whoever calls it, and nothing of the service. */
  readonly writes?: 'files';
  /** The argument that names the stored plan which it runs. */
  readonly planArgument?: string;
}

const LEAVES = new WeakMap<Command, Leaf>();

/** Adds a command that does something, as opposed to one that groups others. */
export function addLeaf(parent: Command, leaf: Leaf): Command {
  const { usage, description, examples, dryRun } = leaf;
  const command = parent.command(usage).description(description).option('--json', 'answer in JSON on stdout');
  LEAVES.set(command, leaf);
  if (dryRun !== undefined) command.option('--dry-run', dryRun);
  if (isAct(leaf)) command.option('--as <operator>', 'who does it, as the audit names you (default: FLOOPY_OPERATOR)');
  const lines = examples.map((example) => `  $ floopy-billing ${example}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** What a command was added as; null for a group of commands. */
export function leafOf(command: Command): Leaf | null {
  return LEAVES.get(command) ?? null;
}

/** Whether a command changes something of the service: it is then written down before and after. */
export function isAct({ dryRun, writes }: Leaf): boolean {
  return dryRun !== undefined && writes !== 'files';
}

/** Parses a whole number within bounds, for an option. */
export function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= smallest && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${smallest} to ${largest}.`);
  };
}

/** Parses an amount in cents. */
export function amountOption(text: string): Amount {
  const amount = parseAmount(text);
  if (amount !== null) return amount;
  throw new InvalidArgumentError('It must be an amount in cents with at most 10 decimals, such as 2.51425.');
}

/** Parses a time, for an option. */
export function timeOption(text: string): Instant {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  throw new InvalidArgumentError('It must be an RFC 3339 time, such as 2026-12-01T00:00:00Z.');
}

export function identifierArgument(text: string): string {
  if (isIdentifier(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 128 visible ASCII characters.');
}

export function organizationArgument(text: string): OrganizationId {
  return organizationIdOf(identifierArgument(text));
}

/** Lays rows out in columns for a person; the first row is the header. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}
