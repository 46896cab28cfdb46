import { type LedgerSnapshot, type Mismatch, type Verification, verifyLedger } from '@floopy/application';
import type { OrganizationId } from '@floopy/domain';
import { inLedgerSnapshot, listOrganizations, queriesOf } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, organizationArgument, table } from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { openExport } from './read-export';

interface VerifyOptions extends AnswerOptions {
  readonly fromExport?: string;
  readonly organization?: OrganizationId;
}

/** `verify`: derives everything from the ledger alone and names each difference from what is stored. */
export function addVerify(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'verify',
    description: 'derive balances, counts, chain and every charge again from the ledger alone; exit 1 on a mismatch',
    examples: ['verify', 'verify --organization org_acme --json', 'verify --from-export org_acme.jsonl'],
  })
    .option('--from-export <file>', 'verify an exported ledger, without any server')
    .option('--organization <id>', "only this one's ledger, without the partitions", organizationArgument)
    .action((options: VerifyOptions) =>
      act(options, async (session) => {
        const startedMs = performance.now();
        const verification =
          options.fromExport === undefined
            ? await verifyStored(session, options.organization)
            : await verifyExport(session, options.fromExport, options.organization);
        return answerOf(verification, (performance.now() - startedMs) / 1_000);
      }),
    );
}

async function verifyStored(session: Session, organizationId: OrganizationId | undefined): Promise<Verification> {
  const pool = await session.database();
  const queries = queriesOf(pool);
  const organizations = await listOrganizations(queries);
  const total = organizations
    .filter(({ organization }) => organizationId === undefined || organization.id === organizationId)
    .reduce((sum, { position }) => sum + position, 0);
  const key =
    organizationId === undefined ? null : (await requireOrganization(queries, organizationId)).organizationKey;
  return inLedgerSnapshot(pool, (snapshot) => verifySnapshot(session, snapshot, total), key);
}

async function verifyExport(
  session: Session,
  file: string,
  organizationId: OrganizationId | undefined,
): Promise<Verification> {
  if (organizationId !== undefined) throw new WrongUsage('An export holds one organization: leave --organization out.');
  return verifySnapshot(session, await openExport(file), null);
}

async function verifySnapshot(session: Session, snapshot: LedgerSnapshot, total: number | null): Promise<Verification> {
  const progress = session.showProgress({ task: 'verifying', unit: 'entries', total });
  try {
    return await verifyLedger({
      snapshot,
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

function answerOf(verification: Verification, seconds: number): Answer {
  const { ok, checked, mismatches, mismatchCount } = verification;
  const leftOut = mismatchCount - mismatches.length;
  const json = {
    ok,
    checked,
    mismatches: mismatches.map(mismatchJson),
    ...(leftOut === 0 ? {} : { mismatches_left_out: leftOut }),
  };
  const rate = Math.round(checked.entries / Math.max(seconds, 0.001));
  const summary =
    `${checked.organizations} organizations, ${checked.entries} entries, ${checked.receipts} receipts, ` +
    `${checked.partitions} partitions in ${seconds.toFixed(1)} s (${rate} entries/s)`;
  if (ok) return { json, text: `ok: ${summary}` };
  const rows = mismatches.map((mismatch) => [
    mismatch.kind,
    mismatch.organizationId ?? '',
    mismatch.position?.toString() ?? '',
    mismatch.subject ?? '',
    mismatch.expected,
    mismatch.found,
  ]);
  const listed = table([['KIND', 'ORGANIZATION', 'POSITION', 'SUBJECT', 'EXPECTED', 'FOUND'], ...rows]);
  const more = leftOut === 0 ? '' : `\n… and ${leftOut} more`;
  const text = `NOT OK, ${mismatchCount} mismatches: ${summary}\n\n${listed}${more}`;
  return { json, text, exitCode: EXIT_CODE.foundWrong };
}

function mismatchJson({ kind, organizationId, position, subject, expected, found }: Mismatch) {
  return {
    kind,
    ...(organizationId === undefined ? {} : { organization_id: organizationId }),
    ...(position === undefined ? {} : { position }),
    ...(subject === undefined ? {} : { subject }),
    expected,
    found,
  };
}
