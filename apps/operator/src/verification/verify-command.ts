import { type LedgerSnapshot, type Verification, verifyLedger } from '@floopy/application';
import type { OrganizationId } from '@floopy/domain';
import { inLedgerSnapshot, listOrganizations, queriesOf } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, organizationArgument } from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { describeAnchor, type LedgerAnchor } from './anchor-lines';
import { listMismatches, mismatchJson } from './mismatch-lines';
import { readAnchor } from './read-anchor';
import { openExport } from './read-export';

interface VerifyOptions extends AnswerOptions {
  readonly fromExport?: string;
  readonly organization?: OrganizationId;
  readonly anchor?: string;
}

/** `verify`: derives everything from the ledger alone and names each difference from what is stored. */
export function addVerify(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'verify',
    description: 'derive balances, counts, chain and every charge again from the ledger alone; exit 1 on a mismatch',
    examples: [
      'verify',
      'verify --anchor anchor-2026-11-24.jsonl',
      'verify --organization org_acme --json',
      'verify --from-export org_acme.jsonl',
    ],
  })
    .option('--from-export <file>', 'verify an exported ledger, without any server')
    .option('--organization <id>', "only this one's ledger, without the partitions", organizationArgument)
    .option('--anchor <file>', 'hold every ledger to what "anchor export" wrote, so that none was cut or written anew')
    .action((options: VerifyOptions) => act(options, (session) => verify(session, options)));
}

async function verify(session: Session, { fromExport, organization, anchor: file }: VerifyOptions): Promise<Answer> {
  const anchor = file === undefined ? null : await readAnchor(file);
  const startedMs = performance.now();
  const verification =
    fromExport === undefined
      ? await verifyStored(session, organization, anchor)
      : await verifyExport(session, fromExport, organization, anchor);
  return answerOf(verification, anchor, (performance.now() - startedMs) / 1_000);
}

async function verifyStored(
  session: Session,
  organizationId: OrganizationId | undefined,
  anchor: LedgerAnchor | null,
): Promise<Verification> {
  const pool = await session.database();
  const queries = queriesOf(pool);
  const organizations = await listOrganizations(queries);
  const total = organizations
    .filter(({ organization }) => organizationId === undefined || organization.id === organizationId)
    .reduce((sum, { position }) => sum + position, 0);
  const key =
    organizationId === undefined ? null : (await requireOrganization(queries, organizationId)).organizationKey;
  const anchored = anchoredHeads(anchor, organizationId);
  return inLedgerSnapshot(pool, (snapshot) => verifySnapshot(session, { snapshot, anchored, total }), key);
}

async function verifyExport(
  session: Session,
  file: string,
  organizationId: OrganizationId | undefined,
  anchor: LedgerAnchor | null,
): Promise<Verification> {
  if (organizationId !== undefined) throw new WrongUsage('An export holds one organization: leave --organization out.');
  const snapshot = await openExport(file);
  return verifySnapshot(session, { snapshot, anchored: anchoredHeads(anchor, snapshot.organizationId), total: null });
}

/** Of all organizations, or of the one that is looked at. */
function anchoredHeads(anchor: LedgerAnchor | null, organizationId: OrganizationId | undefined): LedgerAnchor['heads'] {
  const heads = anchor?.heads ?? [];
  return organizationId === undefined ? heads : heads.filter((head) => head.organizationId === organizationId);
}

interface Verified {
  readonly snapshot: LedgerSnapshot;
  readonly anchored: LedgerAnchor['heads'];
  readonly total: number | null;
}

async function verifySnapshot(session: Session, { snapshot, anchored, total }: Verified): Promise<Verification> {
  const progress = session.showProgress({ task: 'verifying', unit: 'entries', total });
  try {
    return await verifyLedger({
      snapshot,
      anchored,
      sha256,
      onProgress: (entries) => {
        session.stop.throwIfAborted();
        progress.reach(entries);
      },
    });
  } finally {
    progress.end();
  }
}

function answerOf(verification: Verification, anchor: LedgerAnchor | null, seconds: number): Answer {
  const { ok, checked, mismatches, mismatchCount } = verification;
  const leftOut = mismatchCount - mismatches.length;
  const rate = Math.round(checked.entries / Math.max(seconds, 0.001));
  const json = {
    ok,
    checked,
    mismatches: mismatches.map(mismatchJson),
    ...(leftOut === 0 ? {} : { mismatches_left_out: leftOut }),
    ...(anchor === null ? {} : { anchor: describeAnchor(anchor) }),
    entries_per_second: rate,
  };
  const summary =
    `${checked.organizations} organizations, ${checked.entries} entries, ${checked.receipts} receipts, ` +
    `${checked.partitions} partitions in ${seconds.toFixed(1)} s (${rate} entries/s)` +
    (anchor === null ? '' : `; held to the root ${anchor.root}`);
  if (ok) return { json, text: `ok: ${summary}` };
  const more = leftOut === 0 ? '' : `\n… and ${leftOut} more`;
  const text = `NOT OK, ${mismatchCount} mismatches: ${summary}\n\n${listMismatches(mismatches)}${more}`;
  return { json, text, exitCode: EXIT_CODE.foundWrong };
}
