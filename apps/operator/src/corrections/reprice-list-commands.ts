import { encodeRepricesView, encodeRepriceView, type RepricesView } from '@floopy/contracts';
import { listRepricePlans, queriesOf } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, table, wholeNumber } from '../command-line';
import { requirePlan } from './reprice-apply-command';
import { progressText, repriceText } from './reprice-view';

const USUAL_LIMIT = 50;
const MOST_LISTED = 10_000;
const LARGEST_NUMBER = 2_147_483_647;

interface ListOptions extends AnswerOptions {
  readonly limit: number;
}

/** `reprice list`. */
export function addListReprices(reprice: Command, act: Act): void {
  addLeaf(reprice, {
    usage: 'list',
    description: 'plans that were made, the last first, and how far each was applied',
    examples: ['reprice list', 'reprice list --limit 5 --json'],
  })
    .option('--limit <n>', 'so many at most', wholeNumber(1, MOST_LISTED), USUAL_LIMIT)
    .action(({ limit, ...options }: ListOptions) =>
      act(options, async (session) => {
        const listed = await listRepricePlans(queriesOf(await session.database()), { below: null, limit });
        const { reprices } = encodeRepricesView(listed, null);
        const header = ['PLAN', 'STATE', 'PLANNED', 'BY', 'ENTRIES', 'DIFFERENCE (CENTS)', 'POSTED', 'REASON'];
        const text =
          reprices.length === 0
            ? 'Nothing was planned yet; "reprice plan --help" says how.'
            : table([header, ...reprices.map(rowOf)]);
        return { json: { reprices }, text };
      }),
    );
}

/** `reprice show <plan>`. */
export function addShowReprice(reprice: Command, act: Act): void {
  addLeaf(reprice, {
    usage: 'show',
    description: 'one plan: what it comes to for each organization, and what was posted of it',
    examples: ['reprice show 3', 'reprice show 3 --json'],
  })
    .argument('<plan>', 'its number, as "reprice list" shows it', wholeNumber(1, LARGEST_NUMBER))
    .action((number: number, options: AnswerOptions) =>
      act(options, async (session) => {
        const plan = await requirePlan(await session.database(), number);
        return {
          json: encodeRepriceView(plan),
          text: `${repriceText(plan.organizations)}\n\n${progressText(plan.organizations)}`,
        };
      }),
    );
}

function rowOf(line: RepricesView['reprices'][number]): string[] {
  const { id, state, planned_at: at, planned_by: by, entries, difference, posted, reason } = line;
  return [id, state, at, by, String(entries), difference, String(posted), reason];
}
