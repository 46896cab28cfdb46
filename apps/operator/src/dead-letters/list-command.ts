import { DEAD_LETTER_STATUSES, encodeDeadLettersView } from '@floopy/contracts';
import { countDeadLetters, type DeadLetterFilter, listDeadLetters, queriesOf } from '@floopy/postgres';
import { type Command, Option } from 'commander';
import { type Act, addLeaf, table, wholeNumber } from '../command-line';
import { addSelectionOptions, letterArgument, selectionOf, type SelectionOptions } from './selection-options';

const USUAL_LIMIT = 20;
const MOST_LISTED = 10_000;

interface ListOptions extends SelectionOptions {
  readonly status: NonNullable<DeadLetterFilter['status']> | 'any';
  readonly before?: number;
  readonly limit: number;
}

/** `dead-letters list`. */
export function addList(letters: Command, act: Act): void {
  const list = addLeaf(letters, {
    usage: 'list',
    description: 'records that could not be applied, the last first, and how many there are by reason',
    examples: [
      'dead-letters list',
      'dead-letters list --reason unpriced --organization org_acme',
      'dead-letters list --status any --from 2026-11-01T00:00:00Z --json',
    ],
  });
  addSelectionOptions(list)
    .addOption(
      new Option('--status <status>', 'what became of them')
        .choices([...DEAD_LETTER_STATUSES, 'any'])
        .default('parked'),
    )
    .option('--before <id>', 'only those with a lower id: the next page', letterArgument)
    .option('--limit <n>', 'so many at most; all are counted', wholeNumber(1, MOST_LISTED), USUAL_LIMIT)
    .action((options: ListOptions) =>
      act(options, async (session) => {
        const { status, before: below = null, limit } = options;
        const filter = { ...selectionOf(options), ...(status === 'any' ? {} : { status }) };
        const queries = queriesOf(await session.database());
        const listed = await listDeadLetters(queries, filter, { below, limit });
        const counts = await countDeadLetters(queries, filter);
        const last = listed.length < limit ? null : String(listed.at(-1)?.letterKey);
        const json = encodeDeadLettersView(listed, counts, last);
        return { json, text: textOf(json) };
      }),
    );
}

function textOf({ dead_letters: letters, counts }: ReturnType<typeof encodeDeadLettersView>): string {
  if (counts.length === 0) return 'There are no such dead letters.';
  const counted = counts.map(({ reason, status, letters: count }) => [reason, status, String(count)]);
  const rows = letters.map((letter) => [
    letter.id,
    letter.parked_at,
    letter.reason,
    letter.status,
    letter.organization_id ?? '',
    letter.event_id ?? '',
    `${letter.topic}[${letter.partition}] ${letter.offset}`,
  ]);
  return [
    table([['REASON', 'STATUS', 'LETTERS'], ...counted]),
    table([['ID', 'PARKED', 'REASON', 'STATUS', 'ORGANIZATION', 'EVENT', 'RECORD'], ...rows]),
  ].join('\n\n');
}
