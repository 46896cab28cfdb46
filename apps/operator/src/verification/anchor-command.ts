import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatInstant } from '@floopy/domain';
import { queriesOf, readAnchoredHeads } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions } from '../command-line';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { anchorOf, describeAnchor, encodeAnchor, type LedgerAnchor } from './anchor-lines';

interface ExportOptions extends AnswerOptions {
  readonly file?: string;
  readonly directory?: string;
  readonly dryRun?: boolean;
}

/** `anchor export`: where every stream ends now, to be kept where nobody can change it together with the database. */
export function addAnchor(program: Command, act: Act): void {
  const anchor = program.command('anchor').description('heads of all ledgers, kept to hold later ledgers to them');
  addLeaf(anchor, {
    usage: 'export',
    description:
      'write the end of every ledger and one root over all of them; "verify --anchor" compares with it later',
    examples: [
      'anchor export --file anchor-2026-11-24.jsonl',
      'anchor export --directory /anchors',
      'anchor export > anchor.jsonl',
    ],
    dryRun: 'tell the root without writing the file',
    writes: 'files',
  })
    .option('--file <file>', 'where to; without it the lines go to stdout')
    .option('--directory <directory>', 'where to, under a name that says when: for a job that does this daily')
    .action((options: ExportOptions) => act(options, (session) => exportAnchor(session, options)));
}

async function exportAnchor(session: Session, options: ExportOptions): Promise<Answer> {
  if (options.file !== undefined && options.directory !== undefined) {
    throw new WrongUsage('An anchor goes to one place: give --file or --directory.');
  }
  const pool = await session.database();
  const anchor = anchorOf(await readAnchoredHeads(queriesOf(pool)), systemClock());
  const lines = encodeAnchor(anchor);
  const file = fileOf(options, anchor);
  if (file === null) return { json: describeAnchor(anchor), text: lines.join('\n') };
  if (options.dryRun === true) return answerOf(file, anchor, 'would_be_written');
  await writeOnce(file, `${lines.join('\n')}\n`);
  return answerOf(file, anchor, 'written');
}

function fileOf({ file, directory }: ExportOptions, { anchoredAt }: LedgerAnchor): string | null {
  if (file !== undefined) return file;
  if (directory === undefined) return null;
  const [moment = ''] = formatInstant(anchoredAt).replaceAll(':', '').split('.');
  return join(directory, `anchor-${moment}Z.jsonl`);
}

/** The whole file or none; what is there already is somebody's evidence, and stays. */
async function writeOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.part`;
  try {
    await writeFile(draft, text);
    await link(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new WrongUsage(`${file} is there already, and an anchor is never replaced: choose another name.`);
    if (code === 'ENOENT') throw new WrongUsage(`${file} cannot be written: its directory does not exist.`);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function answerOf(file: string, anchor: LedgerAnchor, state: string): Answer {
  return {
    json: { file, ...describeAnchor(anchor), state },
    text: `${file} ${state.replaceAll('_', ' ')}: ${anchor.heads.length} organizations, root ${anchor.root}`,
  };
}
