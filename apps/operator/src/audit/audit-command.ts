import { encodeAuditView } from '@floopy/contracts';
import { formatInstant, type Instant } from '@floopy/domain';
import { listActs, type ListedAct, queriesOf } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, table, timeOption, wholeNumber } from '../command-line';

const USUAL_LIMIT = 50;
const MOST_LISTED = 10_000;
const LONGEST_SHOWN = 60;

interface AuditOptions extends AnswerOptions {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly command?: string;
  readonly limit: number;
}

/** `audit`: what operators did, here and over the API. */
export function addAudit(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'audit',
    description: 'what operators did, the last first: who, when, which command, with what, and what came of it',
    examples: [
      'audit',
      'audit --command "rate-cards publish" --from 2026-11-01T00:00:00Z',
      'audit --command dead-letters --limit 10 --json',
    ],
  })
    .option('--from <time>', 'only what was begun at or after', timeOption)
    .option('--to <time>', 'only what was begun before', timeOption)
    .option('--command <words>', 'only this command, or all that begin with these words')
    .option('--limit <n>', 'so many at most', wholeNumber(1, MOST_LISTED), USUAL_LIMIT)
    .action(({ from, to, command, limit, ...options }: AuditOptions) =>
      act(options, async (session) => {
        const filter = { from: from ?? null, to: to ?? null, command: command ?? null, below: null, limit };
        const acts = await listActs(queriesOf(await session.database()), filter);
        const rows = acts.map(rowOf);
        const header = ['ACT', 'BEGUN', 'WHO', 'COMMAND', 'ARGUMENTS', 'OUTCOME'];
        return {
          json: { acts: encodeAuditView(acts, null).acts },
          text: acts.length === 0 ? 'No operator did anything in that time.' : table([header, ...rows]),
        };
      }),
    );
}

function rowOf(act: ListedAct): string[] {
  const { actNumber, begunAt, actor, account, command, ended } = act;
  const who = actor === account ? actor : `${actor} (${account})`;
  const given = Array.isArray(act.arguments) ? act.arguments.join(' ') : JSON.stringify(act.arguments);
  const outcome = ended === null ? 'not known' : `${ended.type} ${ended.detail ?? ''}`;
  return [String(actNumber), formatInstant(begunAt), who, command, shortened(given), shortened(outcome.trim())];
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN - 1)}…`;
}
