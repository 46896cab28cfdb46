import { encodeLedgerEntry, type LedgerEntry } from '@floopy/contracts';
import type { OrganizationId } from '@floopy/domain';
import { inLedgerSnapshot, queriesOf, readLedgerEvents } from '@floopy/postgres';
import type { Command } from 'commander';
import {
  type Act,
  addLeaf,
  type Answer,
  type AnswerOptions,
  organizationArgument,
  table,
  wholeNumber,
} from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import type { Session } from '../session/session';
import { exportLedger } from './export-ledger';

const MAX_SHOWN = 1_000;
const SHOWN = 20;

interface LedgerOptions extends AnswerOptions {
  readonly limit: number;
  readonly before?: number;
  readonly export?: string;
  readonly dryRun?: boolean;
}

/** `ledger <org>`: its latest entries; with `--export` all of them, in a file that can be verified anywhere. */
export function addLedger(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'ledger',
    description: 'the latest entries of an organization, or all of them in a file that can be verified offline',
    examples: [
      'ledger org_acme',
      'ledger org_acme --limit 100 --before 5000 --json',
      'ledger org_acme --export org_acme.jsonl',
    ],
    dryRun: 'with --export: tell how many entries there are without writing the file',
    writes: 'files',
  })
    .argument('<organization>', 'its id', organizationArgument)
    .option('--limit <n>', 'how many entries, newest first', wholeNumber(1, MAX_SHOWN), SHOWN)
    .option('--before <position>', 'only entries before this one', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--export <file>', 'write the whole ledger as JSON lines, with the prices that it needs')
    .action((organizationId: OrganizationId, options: LedgerOptions) =>
      act(options, (session) =>
        options.export === undefined
          ? showLedger(session, organizationId, options)
          : writeLedger(session, organizationId, options.export, options.dryRun === true),
      ),
    );
}

async function showLedger(session: Session, organizationId: OrganizationId, options: LedgerOptions): Promise<Answer> {
  const queries = queriesOf(await session.database());
  const organization = await requireOrganization(queries, organizationId);
  const { limit, before } = options;
  const stored = await readLedgerEvents(queries, {
    ...organization,
    after: 0,
    ...(before === undefined ? {} : { before }),
    order: 'newest_first',
    limit,
  });
  const entries = stored.map(({ event }) => encodeLedgerEntry(event));
  const rows = entries.map((entry) => [
    String(entry.sequence),
    entry.recorded_at,
    entry.type,
    entry.amount,
    entry.balance_after,
    describeCause(entry),
  ]);
  return {
    json: { organization_id: organizationId, entries },
    text: table([['POSITION', 'RECORDED', 'TYPE', 'AMOUNT (CENTS)', 'BALANCE AFTER', 'REQUEST OR REASON'], ...rows]),
  };
}

function describeCause({ cause, request_id: requestId, reason }: LedgerEntry): string {
  const isCorrection = cause.kind === 'reversal' || cause.kind === 'reprice';
  return isCorrection ? `${cause.kind} of ${cause.id}: ${reason ?? ''}` : (requestId ?? reason ?? '');
}

async function writeLedger(
  session: Session,
  organizationId: OrganizationId,
  file: string,
  isDryRun: boolean,
): Promise<Answer> {
  const pool = await session.database();
  const { organizationKey } = await requireOrganization(queriesOf(pool), organizationId);
  const [last] = await readLedgerEvents(queriesOf(pool), {
    organizationKey,
    organizationId,
    after: 0,
    order: 'newest_first',
    limit: 1,
  });
  const total = last?.event.sequence ?? 0;
  if (isDryRun) return exportAnswer(organizationId, file, total, 'would_be_written');
  const progress = session.showProgress({ task: 'exporting', unit: 'entries', total });
  try {
    const onProgress = (entries: number): void => progress.reach(entries);
    const entries = await inLedgerSnapshot(
      pool,
      (snapshot) => exportLedger(snapshot, { file, onProgress, stop: session.stop }),
      organizationKey,
    );
    return exportAnswer(organizationId, file, entries, 'written');
  } finally {
    progress.end();
  }
}

function exportAnswer(organizationId: OrganizationId, file: string, entries: number, state: string): Answer {
  return {
    json: { organization_id: organizationId, file, entries, state },
    text: `${file} ${state.replaceAll('_', ' ')}: ${entries} entries of ${organizationId}`,
  };
}
