import { rename, writeFile } from 'node:fs/promises';
import { queriesOf, readAnchoredHeads } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions } from '../command-line';
import type { Session } from '../session/session';
import { anchorOf, describeAnchor, encodeAnchor, type LedgerAnchor } from './anchor-lines';

interface ExportOptions extends AnswerOptions {
  readonly file?: string;
  readonly dryRun?: boolean;
}

/** `anchor export`: where every stream ends now, to be kept where nobody can change it together with the database. */
export function addAnchor(program: Command, act: Act): void {
  const anchor = program.command('anchor').description('heads of all ledgers, kept to hold later ledgers to them');
  addLeaf(anchor, {
    usage: 'export',
    description:
      'write the end of every ledger and one root over all of them; "verify --anchor" compares with it later',
    examples: ['anchor export --file anchor-2026-11-24.jsonl', 'anchor export > anchor.jsonl', 'anchor export --json'],
    dryRun: 'tell the root without writing the file',
    writes: 'files',
  })
    .option('--file <file>', 'where to; without it the lines go to stdout')
    .action((options: ExportOptions) => act(options, (session) => exportAnchor(session, options)));
}

async function exportAnchor(session: Session, { file, dryRun }: ExportOptions): Promise<Answer> {
  const pool = await session.database();
  const anchor = anchorOf(await readAnchoredHeads(queriesOf(pool)), systemClock());
  const lines = encodeAnchor(anchor);
  if (file === undefined) return { json: describeAnchor(anchor), text: lines.join('\n') };
  if (dryRun === true) return answerOf(file, anchor, 'would_be_written');
  const draft = `${file}.part`;
  await writeFile(draft, `${lines.join('\n')}\n`);
  await rename(draft, file);
  return answerOf(file, anchor, 'written');
}

function answerOf(file: string, anchor: LedgerAnchor, state: string): Answer {
  return {
    json: { file, ...describeAnchor(anchor), state },
    text: `${file} ${state.replaceAll('_', ' ')}: ${anchor.heads.length} organizations, root ${anchor.root}`,
  };
}
