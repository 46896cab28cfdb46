import { assertNever, formatAmount, formatInstant, type PeriodCount, type Sha256 } from '@floopy/domain';
import { type Comparison, differences, linesOf } from '../ledger/verify-differences';
import type { Mismatch } from '../ledger/verify-mismatch';
import type { RecordedStream } from '../ledger/verify-sources';
import type { BuiltStream } from './built-stream';
import type { Projection, ReplacedProjections, StreamReach } from './rebuild-ports';

/** One organization's projections, live and built, as digests of their rows, and each row that differs. */
export interface ComparedStream {
  readonly liveDigest: string;
  readonly builtDigest: string;
  readonly differences: readonly Mismatch[];
  /** What is wrong with the head itself, which is never replaced. */
  readonly headFaults: readonly Mismatch[];
}

/** Compares what was built with what is live at the same positions. Rows are only looked at one by one where digests differ. */
export function compareBuilt(
  built: BuiltStream,
  stream: RecordedStream,
  { projections, reach, sha256 }: { projections: readonly Projection[]; reach: StreamReach; sha256: Sha256 },
): ComparedStream {
  const compared = projections.map((projection) => comparedRows(projection, built, stream));
  const builtDigest = sha256(compared.flatMap(({ builtLines }) => builtLines).join('\n'));
  const liveDigest = sha256(compared.flatMap(({ liveLines }) => liveLines).join('\n'));
  const found = builtDigest === liveDigest ? [] : compared.flatMap(({ findDifferences }) => findDifferences());
  const unreadable = stream.unreadable.filter(({ kind }) => projections.some((wanted) => wanted === kind));
  return {
    liveDigest,
    builtDigest,
    differences: [
      ...found,
      ...unreadable.map(({ kind, detail }) => ({ kind, expected: 'what was written', found: detail })),
      ...checkpointFaults(projections, stream),
    ].map((mismatch) => ({ organizationId: stream.organizationId, ...mismatch })),
    headFaults: [...headFaults(built, stream, reach)],
  };
}

interface ComparedRows {
  readonly builtLines: readonly string[];
  readonly liveLines: readonly string[];
  readonly findDifferences: () => Mismatch[];
}

function comparedRows(projection: Projection, built: BuiltStream, stream: RecordedStream): ComparedRows {
  const overage = stream.overage ?? { latest: null, periods: [], carried: [] };
  const spend = stream.spend ?? { absorbedTo: 0, teams: [], hours: [] };
  switch (projection) {
    case 'monthly_usage':
      return rowsOf(projection, built.beside.monthsBeside(stream.months ?? []));
    case 'period_overage':
      return rowsOf(projection, built.beside.overageBeside(overage));
    case 'carried_overage':
      return rowsOf(projection, built.beside.carriedBeside(overage));
    case 'team_spend':
      return rowsOf(projection, built.spend.teamsBeside(spend));
    case 'hourly_spend':
      return rowsOf(projection, built.spend.hoursBeside(spend));
    case 'head_period':
      return rowsOf(projection, periodBeside(built, overage.latest));
    default:
      return assertNever(projection);
  }
}

function rowsOf<Key, Row>(kind: Projection, comparison: Comparison<Key, Row>): ComparedRows {
  return {
    builtLines: linesOf(kind, comparison, comparison.expected),
    liveLines: linesOf(kind, comparison, comparison.found),
    findDifferences: () => [...differences(kind, comparison)],
  };
}

/** Until usage is posted under a plan, a head says nothing of its period. */
function periodBeside(built: BuiltStream, live: PeriodCount | null): Comparison<'latest', PeriodCount> {
  const isUnsaid = live === null && !built.hasPlans;
  return {
    expected: countRow(isUnsaid ? null : built.latest),
    found: countRow(live),
    nameOf: () => 'latest period',
    describe: ({ requests, periodStart }) => `${requests} requests since ${formatInstant(periodStart)}`,
  };
}

function countRow(count: PeriodCount | null): Map<'latest', PeriodCount> {
  return new Map(count === null ? [] : [['latest', count]]);
}

/** A checkpoint past the end of its stream: the spend of what comes next would never be absorbed. */
function checkpointFaults(projections: readonly Projection[], { head, spend }: RecordedStream): Mismatch[] {
  const [position, absorbedTo] = [head?.sequence ?? 0, spend?.absorbedTo ?? 0];
  const isWanted = projections.includes('team_spend') && projections.includes('hourly_spend');
  if (!isWanted || absorbedTo <= position) return [];
  return [{ kind: 'spend_checkpoint', position, expected: `at most ${position}`, found: `${absorbedTo}` }];
}

function* headFaults(
  built: BuiltStream,
  { organizationId, head }: RecordedStream,
  reach: StreamReach,
): Generator<Mismatch> {
  if (head === null) {
    yield { kind: 'head', organizationId, expected: "the stream's end", found: 'no head' };
    return;
  }
  const position = head.sequence;
  const fault = (kind: Mismatch['kind'], expected: string, found: string): Mismatch[] =>
    expected === found ? [] : [{ kind, organizationId, position, expected, found }];
  const end = reach.last?.sequence ?? 0;
  yield* fault('head_sequence', `${end}`, `${position}`);
  yield* fault('sequence', `${end} entries`, `${built.entries} entries`);
  yield* fault('head_balance', formatAmount(built.balance), formatAmount(head.balance));
  if (reach.last !== null) yield* fault('head_hash', reach.last.hash, head.hash);
}

/** What takes the place of the live rows. */
export function replacementOf(
  built: BuiltStream,
  projections: readonly Projection[],
  { head, spend }: RecordedStream,
): ReplacedProjections {
  const { beside, hasPlans, latest } = built;
  const teams = (): NonNullable<ReplacedProjections['teams']> =>
    Array.from(built.spend.teams.values(), ({ period, ...team }) => ({ ...team, periodStart: period.start }));
  const parts: Record<Projection, () => ReplacedProjections> = {
    monthly_usage: () => ({ months: [...beside.months.values()] }),
    period_overage: () => ({ periods: [...beside.overage.values()] }),
    carried_overage: () => ({ carried: [...beside.carried.values()] }),
    head_period: () => (hasPlans ? { latest } : {}),
    team_spend: () => ({ teams: teams() }),
    hourly_spend: () => ({ hours: [...built.spend.hours.values()] }),
  };
  const replaced = projections.reduce<ReplacedProjections>((all, each) => ({ ...all, ...parts[each]() }), {});
  const end = head?.sequence ?? 0;
  const isPastEnd = replaced.teams !== undefined && replaced.hours !== undefined && (spend?.absorbedTo ?? 0) > end;
  return isPastEnd ? { ...replaced, absorbedTo: end } : replaced;
}
