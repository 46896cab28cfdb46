import { type Projection, PROJECTIONS, type Rebuilding, rebuildProjections } from '@floopy/application';
import type { OrganizationId } from '@floopy/domain';
import { createRebuildStore, listOrganizations, queriesOf } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { Argument, type Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, organizationArgument, wholeNumber } from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { EXIT_CODE } from '../session/faults';
import type { Session } from '../session/session';
import { listMismatches, mismatchJson } from '../verification/mismatch-lines';

const CHUNK_ENTRIES = 200_000;
const LANES = 2;
const MOST_LANES = 8;

interface RebuildOptions extends AnswerOptions {
  readonly organization?: OrganizationId;
  readonly chunk: number;
  readonly lanes: number;
  readonly dryRun?: boolean;
}

/** `rebuild`: builds projections again from the ledger alone, and replaces those that differ. */
export function addRebuild(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'rebuild',
    description:
      'build a projection again from the ledger, compare it with the live one, and replace what differs; ' +
      'reads and consumers go on, and an interrupted one goes on where it was when it is called again',
    examples: [
      'rebuild all --dry-run',
      'rebuild all',
      'rebuild monthly-usage --organization org_acme',
      'rebuild hourly-spend --json',
    ],
    dryRun: 'compare only, write nothing, and exit 1 on a difference',
  })
    .addArgument(new Argument('<projection>', 'which one').choices(['all', ...PROJECTIONS.map(nameOf)]))
    .option('--organization <id>', "only this one's", organizationArgument)
    .option('--chunk <entries>', 'so many entries at a time', wholeNumber(1, 10_000_000), CHUNK_ENTRIES)
    .option('--lanes <n>', 'so many chunks at once', wholeNumber(1, MOST_LANES), LANES)
    .action((projection: string, options: RebuildOptions) =>
      act(options, (session) => rebuild(session, projectionsNamed(projection), options)),
    );
}

function nameOf(projection: Projection): string {
  return projection.replaceAll('_', '-');
}

function projectionsNamed(name: string): Projection[] {
  return PROJECTIONS.filter((projection) => name === 'all' || name === nameOf(projection));
}

async function rebuild(
  session: Session,
  projections: readonly Projection[],
  { organization, chunk, lanes, dryRun }: RebuildOptions,
): Promise<Answer> {
  const organizationId = organization ?? null;
  const pool = await session.database();
  if (organizationId !== null) await requireOrganization(queriesOf(pool), organizationId);
  const total = (await listOrganizations(queriesOf(pool)))
    .filter((listed) => organizationId === null || listed.organization.id === organizationId)
    .reduce((sum, { position }) => sum + position, 0);
  const isDryRun = dryRun === true;
  const progress = session.showProgress({ task: 'rebuilding', unit: 'entries', total });
  const startedMs = performance.now();
  const onProgress = (entries: number): void => {
    session.stop.throwIfAborted();
    progress.reach(entries);
  };
  try {
    const rebuilding = await rebuildProjections(
      { store: createRebuildStore(pool), sha256, onProgress },
      { projections, organizationId, isDryRun },
      { chunkEntries: chunk, lanes },
    );
    const seconds = (performance.now() - startedMs) / 1_000;
    return rebuilding === null ? BUSY : answerOf(rebuilding, { projections, isDryRun, seconds });
  } finally {
    progress.end();
  }
}

const BUSY: Answer = {
  json: { ok: false, state: 'busy' },
  text: 'Another rebuild is running: wait until it has ended.',
  exitCode: EXIT_CODE.foundWrong,
};

interface Rebuilt {
  readonly projections: readonly Projection[];
  readonly isDryRun: boolean;
  readonly seconds: number;
}

function answerOf(rebuilding: Rebuilding, { projections, isDryRun, seconds }: Rebuilt): Answer {
  const { organizations, entries, differing, differences, differenceCount, headFaults, isResumed } = rebuilding;
  const ok = headFaults.length === 0 && (differing.length === 0 || !isDryRun);
  const rate = Math.round(entries / Math.max(seconds, 0.001));
  const state = isDryRun ? 'differs' : 'replaced';
  const json = {
    ok,
    dry_run: isDryRun,
    resumed: isResumed,
    projections,
    organizations,
    entries,
    entries_per_second: rate,
    differing: differing.map(({ organizationId, liveDigest, builtDigest }) => ({
      organization_id: organizationId,
      live_digest: liveDigest,
      rebuilt_digest: builtDigest,
      state,
    })),
    differences: differences.map(mismatchJson),
    ...(differenceCount === differences.length ? {} : { differences_left_out: differenceCount - differences.length }),
    head_faults: headFaults.map(mismatchJson),
  };
  const summary =
    `${organizations} organizations, ${entries} entries in ${seconds.toFixed(1)} s (${rate} entries/s)` +
    (isResumed ? ', gone on from where an interrupted rebuild was' : '');
  const lines = [
    `${differing.length === 0 ? 'equal' : `${differing.length} organizations ${state}`}: ${summary}`,
    ...(differences.length === 0 ? [] : ['', listMismatches(differences)]),
    ...(headFaults.length === 0
      ? []
      : ['', 'Heads that do not follow from their ledgers; no rebuild repairs them, run "verify":']),
    ...(headFaults.length === 0 ? [] : [listMismatches(headFaults)]),
  ];
  return { json, text: lines.join('\n'), ...(ok ? {} : { exitCode: EXIT_CODE.foundWrong }) };
}
