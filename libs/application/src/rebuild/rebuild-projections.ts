import {
  assert,
  type Instant,
  instantOfMilliseconds,
  type OrganizationId,
  projectionCuts,
  type Sha256,
} from '@floopy/domain';
import { type Mismatch, Mismatches } from '../ledger/verify-mismatch';
import type { RecordedStream } from '../ledger/verify-sources';
import { BuiltStream } from './built-stream';
import { type ComparedStream, compareBuilt, replacementOf } from './compare-built';
import type {
  CutStretch,
  PendingOrganization,
  RebuildRequest,
  RebuildRun,
  RebuildStore,
  RebuildView,
  StreamReach,
  Stretch,
} from './rebuild-ports';
import { type FoldedTo, pendingStretches } from './stretches';

export interface RebuildPorts {
  readonly store: RebuildStore;
  readonly sha256: Sha256;
  /** Told how many entries are behind. @throws to end the rebuild where it is */
  readonly onProgress: (entries: number) => void;
}

export interface RebuildLimits {
  /** So many entries are folded at a time, and then what was built of them is kept. */
  readonly chunkEntries: number;
  /** So many chunks at once. */
  readonly lanes: number;
}

export interface Rebuilding {
  readonly isResumed: boolean;
  readonly organizations: number;
  /** Those that were folded by this call; an interrupted one has folded the rest. */
  readonly entries: number;
  readonly differing: readonly DifferingOrganization[];
  /** The first ones that were found, of projections. */
  readonly differences: readonly Mismatch[];
  readonly differenceCount: number;
  /** Heads that do not follow from their ledgers: nothing that is built can repair one. */
  readonly headFaults: readonly Mismatch[];
}

export interface DifferingOrganization {
  readonly organizationId: OrganizationId;
  readonly liveDigest: string;
  readonly builtDigest: string;
  readonly isReplaced: boolean;
}

/**
 * Builds projections from the ledger alone, beside the live ones, compares the two at the same positions of each
 * organization, and puts what was built in the place of what differs, in one transaction each. Nobody waits but for that
 * transaction, which has only the entries since to fold.
 * @returns null when another rebuild is running
 */
export function rebuildProjections(
  ports: RebuildPorts,
  request: RebuildRequest,
  limits: RebuildLimits,
): Promise<Rebuilding | null> {
  return ports.store.inTurn(request, async (run) => {
    const rebuild = new Rebuild(ports, request, run, limits);
    const groups = groupsOf(run.pending, limits.chunkEntries);
    const lane = async (): Promise<void> => {
      for (let next = groups.next(); next.done !== true; next = groups.next()) await rebuild.take(next.value);
    };
    await runLanes(limits.lanes, lane, () => groups.return(undefined));
    return rebuild.outcome();
  });
}

/** When one lane fails, the others end what they are at, and take nothing more: nothing runs on behind a failure. */
async function runLanes(count: number, lane: () => Promise<void>, takeNoMore: () => void): Promise<void> {
  const lanes = Array.from({ length: count }, () =>
    lane().catch((error: unknown) => {
      takeNoMore();
      throw error;
    }),
  );
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
}

/** Organizations that together have a chunk of entries, or one that has more by itself. */
function* groupsOf(
  pending: readonly PendingOrganization[],
  chunkEntries: number,
): Generator<PendingOrganization[], undefined> {
  let group: PendingOrganization[] = [];
  let entries = 0;
  for (const organization of pending) {
    // What has no entries costs something, too.
    const cost = organization.position + 1;
    if (group.length > 0 && entries + cost > chunkEntries) {
      yield group;
      [group, entries] = [[], 0];
    }
    group.push(organization);
    entries += cost;
  }
  if (group.length > 0) yield group;
  return undefined;
}

class Rebuild {
  private readonly found = new Mismatches();
  private readonly headFaults = new Mismatches();
  private readonly differing: DifferingOrganization[] = [];
  private entries = 0;
  private organizations = 0;

  constructor(
    private readonly ports: RebuildPorts,
    private readonly request: RebuildRequest,
    private readonly run: RebuildRun,
    private readonly limits: RebuildLimits,
  ) {}

  outcome(): Rebuilding {
    const { found, differing, entries, organizations } = this;
    return {
      isResumed: this.run.isResumed,
      organizations,
      entries,
      differing,
      differences: found.listed,
      differenceCount: found.count,
      headFaults: this.headFaults.listed,
    };
  }

  /** Builds some organizations and compares them at one moment. */
  async take(group: readonly PendingOrganization[]): Promise<void> {
    const builds = new Map(group.map(({ organizationId, built }) => [organizationId, BuiltStream.read(built)]));
    const [only] = group;
    if (group.length === 1 && only !== undefined) await this.buildAhead(only, buildOf(builds, only.organizationId));
    const names = group.map(({ organizationId }) => organizationId);
    const compared = await this.run.inView(names, (view) => this.compare(view, builds));
    const done = names.filter((organizationId) => {
      const { differences, headFaults } = compared.get(organizationId) ?? NOTHING_FOUND;
      for (const fault of headFaults) this.headFaults.add(fault);
      return differences.length === 0 || this.request.isDryRun;
    });
    if (!this.request.isDryRun) await this.run.saveDone(done);
    for (const [organizationId, found] of compared) {
      if (found.differences.length === 0) continue;
      this.note(organizationId, this.request.isDryRun ? found : await this.replace(organizationId, builds));
    }
    this.organizations += group.length;
  }

  /** Folds all of a long stream but its last chunk, and keeps what was built after each. */
  private async buildAhead({ organizationId, position }: PendingOrganization, built: BuiltStream): Promise<void> {
    for (;;) {
      const through = built.foldedTo.beside + this.limits.chunkEntries;
      if (through >= position) return;
      const builds = new Map([[organizationId, built]]);
      await this.run.inView([organizationId], async (view) => {
        const streams = await view.readStreams();
        const reach = await view.readReach();
        await this.fold(view, { streams, reach, builds, until: () => ({ beside: through, absorbed: through }) });
      });
      if (!this.request.isDryRun) await this.run.saveBuilt(organizationId, built.write());
    }
  }

  private async compare(
    view: RebuildView,
    builds: ReadonlyMap<OrganizationId, BuiltStream>,
  ): Promise<Map<OrganizationId, ComparedStream>> {
    const { sha256 } = this.ports;
    const { projections } = this.request;
    const [streams, reach] = [await view.readStreams(), await view.readReach()];
    const until = ({ head }: RecordedStream): FoldedTo => {
      const end = head?.sequence ?? 0;
      return { beside: end, absorbed: end };
    };
    await this.fold(view, { streams, reach, builds, until });
    return new Map(
      streams.map((stream) => {
        const { organizationId } = stream;
        const reached = reach.get(organizationId) ?? NO_REACH;
        const built = buildOf(builds, organizationId);
        return [organizationId, compareBuilt(built, stream, { projections, reach: reached, sha256 })];
      }),
    );
  }

  /** Folds what each stream has up to a position; of its spend, as much as was absorbed of that. */
  private async fold(view: RebuildView, { streams, reach, builds, until }: Folding): Promise<void> {
    const stretches = streams.flatMap((stream) => {
      const to = until(stream);
      const absorbed = Math.min(to.absorbed, stream.spend?.absorbedTo ?? 0);
      return pendingStretches(stream, buildOf(builds, stream.organizationId).foldedTo, { beside: to.beside, absorbed });
    });
    const alike = await view.readAlike(stretches.map((stretch) => cutStretch(stretch, reach)));
    for (const [index, stretch] of stretches.entries()) {
      const folded = alike[index];
      assert(folded !== undefined, 'every stretch that was asked for is read');
      buildOf(builds, stretch.organizationId).take(stretch, folded);
      if (stretch.besideTakes) this.entries += stretch.through - stretch.after;
    }
    this.ports.onProgress(this.entries);
  }

  /** Compares once more, with nobody appending, and replaces what differs then. */
  private replace(
    organizationId: OrganizationId,
    builds: ReadonlyMap<OrganizationId, BuiltStream>,
  ): Promise<ComparedStream> {
    const { projections } = this.request;
    const built = buildOf(builds, organizationId);
    return this.run.underLock(organizationId, async (view) => {
      const compared = await this.compare(view, new Map([[organizationId, built]]));
      const [stream] = await view.readStreams();
      assert(stream !== undefined, 'an organization that is locked is there');
      await view.replace(replacementOf(built, projections, stream));
      return compared.get(organizationId) ?? NOTHING_FOUND;
    });
  }

  private note(organizationId: OrganizationId, { differences, liveDigest, builtDigest }: ComparedStream): void {
    for (const difference of differences) this.found.add(difference);
    const isReplaced = !this.request.isDryRun;
    this.differing.push({ organizationId, liveDigest, builtDigest, isReplaced });
  }
}

interface Folding {
  readonly streams: readonly RecordedStream[];
  readonly reach: ReadonlyMap<OrganizationId, StreamReach>;
  readonly builds: ReadonlyMap<OrganizationId, BuiltStream>;
  readonly until: (stream: RecordedStream) => FoldedTo;
}

const NO_REACH: StreamReach = { earliest: null, latest: null, last: null };
const NOTHING_FOUND: ComparedStream = { liveDigest: '', builtDigest: '', differences: [], headFaults: [] };
const BEGINNING = instantOfMilliseconds(0);

function cutStretch(
  { organizationId, after, through, anchors }: Stretch,
  reach: ReadonlyMap<OrganizationId, StreamReach>,
): CutStretch {
  const { earliest, latest } = reach.get(organizationId) ?? NO_REACH;
  const cuts: Instant[] = projectionCuts(anchors, earliest ?? BEGINNING, latest ?? BEGINNING);
  return { organizationId, after, through, anchors, cuts };
}

function buildOf(builds: ReadonlyMap<OrganizationId, BuiltStream>, organizationId: OrganizationId): BuiltStream {
  const built = builds.get(organizationId);
  assert(built !== undefined, 'only organizations that are built are folded');
  return built;
}
