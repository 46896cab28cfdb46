import { type DeadLetterSelection, redriveLetters, type RedriveTally } from '@floopy/application';
import { decodeKeptRecord, encodeRedriveView } from '@floopy/contracts';
import {
  countDeadLetters,
  createLetterStore,
  createRedriveStore,
  createRehearsalStore,
  PriceBookMemory,
  queriesOf,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer } from '../command-line';
import { EXIT_CODE } from '../session/faults';
import type { Session } from '../session/session';
import {
  addSelectionOptions,
  type ChosenOptions,
  chosenLetters,
  letterArguments,
  operatorOf,
  requireNamed,
} from './selection-options';

/** `dead-letters redrive`. */
export function addRedrive(letters: Command, act: Act): void {
  const redrive = addLeaf(letters, {
    usage: 'redrive',
    description:
      'apply dead letters as if they came now: same id, and the price in force when they were served; exit 1 when some stay',
    examples: [
      'dead-letters redrive --reason unpriced',
      'dead-letters redrive 7 8 --json',
      'dead-letters redrive --organization org_acme --dry-run',
      'dead-letters redrive --all',
    ],
    dryRun: 'tell what would become of them',
  }).argument('[ids...]', 'as dead-letters list shows them', letterArguments);
  addSelectionOptions(redrive)
    .option('--all', 'every one that is parked')
    .action((letterKeys: readonly number[], options: ChosenOptions) =>
      act(options, (session) => redriveChosen(session, chosenLetters(letterKeys, options), options.dryRun === true)),
    );
}

async function redriveChosen(session: Session, selection: DeadLetterSelection, isTrial: boolean): Promise<Answer> {
  const pool = await session.database();
  await requireNamed(queriesOf(pool), selection);
  const counts = await countDeadLetters(queriesOf(pool), { ...selection, status: 'parked' });
  const total = counts.reduce((sum, { letters }) => sum + letters, 0);
  const progress = session.showProgress({ task: 'driving again', unit: 'dead letters', total });
  const prices = new PriceBookMemory();
  try {
    const ports = {
      store: isTrial ? createRehearsalStore(pool, prices) : createRedriveStore(pool, prices),
      letters: createLetterStore(pool),
      decode: decodeKeptRecord,
      clock: systemClock,
      sha256,
      onProgress: (letters: number) => {
        progress.reach(letters);
        session.stop.throwIfAborted();
      },
    };
    const everything = { after: 0, limit: Number.MAX_SAFE_INTEGER };
    const tally = await redriveLetters(ports, { selection, operator: operatorOf(session), ...everything });
    return answerOf(tally, selection.letterKeys?.length ?? tally.letters, isTrial);
  } finally {
    progress.end();
  }
}

/** @param named how many were asked for; those that are not parked any more were resolved before */
function answerOf(tally: RedriveTally, named: number, isTrial: boolean): Answer {
  const { next: _, ...view } = encodeRedriveView(tally);
  const { letters, applied, duplicates, parked } = view;
  const json = { state: isTrial ? 'would_be_redriven' : 'redriven', ...view, resolved_before: named - letters };
  const before = json.resolved_before === 0 ? '' : `\n  ${json.resolved_before} were resolved before`;
  const stay = parked.map(({ reason, letters: count }) => `\n  ${count} stay parked: ${reason}`).join('');
  const verb = isTrial ? 'would be' : 'were';
  const text = `Of ${letters} dead letters ${applied} ${verb} applied, ${duplicates} ${verb} duplicates.${stay}${before}`;
  return { json, text, ...(parked.length === 0 ? {} : { exitCode: EXIT_CODE.foundWrong }) };
}
