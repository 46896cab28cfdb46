import type { Command } from 'commander';
import { isAct, leafOf } from '../command-line';
import { programOf } from '../run-operator';

/**
 * What changes nothing of the service. A command that is not among these is an act: it has `--dry-run`, and is written down
 * before it runs. One of these that tried to write to Postgres all the same would be refused there.
 */
const READING = [
  'topics status|organizations list|api-keys list|rate-cards import|rate-cards diff|rate-cards list|rate-cards show',
  'plans list|plans show|balance|ledger|explain|holds list|admission explain|alerts list|alerts settings|verify|audit',
  'reprice list|reprice show|dead-letters list|dead-letters show|replay prove|replay status|anchor export|statement',
  'restore check|partitions list',
].flatMap((line) => line.split('|'));

function leavesOf(command: Command, names: readonly string[] = []): { name: string; command: Command }[] {
  if (command.commands.length === 0) return [{ name: names.join(' '), command }];
  return command.commands.flatMap((each) => leavesOf(each, [...names, each.name()]));
}

const program = programOf(() => Promise.resolve(), { writeOut: () => undefined, writeError: () => undefined });
const leaves = leavesOf(program).map(({ name, command }) => ({ name, command, leaf: leafOf(command) }));

describe('every command', () => {
  it('is an act, which is written down, or one of those that are known to change nothing', () => {
    const reading = leaves.filter(({ leaf }) => leaf === null || !isAct(leaf)).map(({ name }) => name);
    expect(reading.toSorted()).toEqual(READING.toSorted());
  });

  it('that is an act can be told who acts, and can be tried without acting', () => {
    const acts = leaves.filter(({ leaf }) => leaf !== null && isAct(leaf));
    expect(acts.length).toBeGreaterThan(10);
    for (const { name, command } of acts) {
      const options = command.options.map(({ long }) => long);
      expect({ name, options }).toEqual({ name, options: expect.arrayContaining(['--as', '--dry-run']) });
    }
  });

  it('that runs a stored plan names the argument that says which', () => {
    for (const { name, command, leaf } of leaves) {
      const names = command.registeredArguments.map((argument) => argument.name());
      const isNamed = leaf?.planArgument === undefined || names.includes(leaf.planArgument);
      expect({ name, isNamed }).toEqual({ name, isNamed: true });
    }
  });
});
