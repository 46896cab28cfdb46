import { type DeadLetterSelection, discardLetters } from '@floopy/application';
import type { DeadLetterReason } from '@floopy/domain';
import { countDeadLetters, createLetterStore, queriesOf } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer } from '../command-line';
import type { Session } from '../session/session';
import {
  addSelectionOptions,
  type ChosenOptions,
  chosenLetters,
  letterArguments,
  operatorOf,
  requireNamed,
} from './selection-options';

interface DiscardOptions extends Omit<ChosenOptions, 'reason'> {
  /** Why, in the operator's words. */
  readonly reason: string;
  readonly parkedFor?: DeadLetterReason;
}

/** `dead-letters discard`. */
export function addDiscard(letters: Command, act: Act): void {
  const discard = addLeaf(letters, {
    usage: 'discard',
    description: 'decide that nothing is ever made of dead letters; they keep their bytes, and stay counted as parked',
    examples: [
      'dead-letters discard 7 --reason "a test of the producer"',
      'dead-letters discard --parked-for undecodable --topic usage.recorded.v1 --reason "flood of 12 November" --dry-run',
    ],
    dryRun: 'tell how many would be discarded',
  })
    .argument('[ids...]', 'as dead-letters list shows them', letterArguments)
    .requiredOption('--reason <text>', 'why; it is kept with who decided it');
  addSelectionOptions(discard, '--parked-for')
    .option('--all', 'every one that is parked')
    .action((letterKeys: readonly number[], { parkedFor, ...options }: DiscardOptions) =>
      act(options, (session) => {
        const { reason: _, ...chosen } = options;
        const reasons = parkedFor === undefined ? {} : { reason: parkedFor };
        return discardChosen(session, chosenLetters(letterKeys, { ...chosen, ...reasons }), options);
      }),
    );
}

async function discardChosen(
  session: Session,
  selection: DeadLetterSelection,
  { reason, dryRun = false }: DiscardOptions,
): Promise<Answer> {
  const pool = await session.database();
  await requireNamed(queriesOf(pool), selection);
  if (dryRun) {
    const counts = await countDeadLetters(queriesOf(pool), { ...selection, status: 'parked' });
    const letters = counts.reduce((sum, count) => sum + count.letters, 0);
    return {
      json: { state: 'would_be_discarded', discarded: letters },
      text: `${letters} dead letters would be discarded`,
    };
  }
  const everything = { after: 0, limit: Number.MAX_SAFE_INTEGER };
  const ports = { store: createLetterStore(pool) };
  const { discarded } = await discardLetters(ports, {
    selection,
    reason,
    operator: operatorOf(session),
    ...everything,
  });
  return { json: { state: 'discarded', discarded }, text: `${discarded} dead letters discarded` };
}
