import type { AlikeEvents, CutStretch, FoldedStretch } from '@floopy/application';
import { assert, type OrganizationId } from '@floopy/domain';
import { int4Array, int8Array, textArray } from '../connection/binary-array';
import { timestampOf } from '../connection/timestamp';
import { causeKindCodes, ledgerTypeCodes, standingCodes } from '../ledger/ledger-codes';
import { amountOfRow } from '../ledger/lock-streams';
import type { SnapshotReader } from '../ledger/stream-connection';
import type { StreamedRow } from '../ledger/stream-columns';
import { readInstant } from '../ledger/stream-values';

const BATCH_SIZE = 1_000;

/** What a row is short for. */
export interface NamedStream {
  readonly organizationKey: number;
  /** By the label's key, as a row has it. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the folds that are wanted tell apart beside what every one does: the coarser, the fewer rows. */
export interface AlikeGrain {
  readonly teams: boolean;
  /** How long an hour is, in milliseconds; null where nothing goes by hours. */
  readonly hourMs: number | null;
}

/**
 * The entries of some stretches, those together that no fold tells apart: Postgres adds them up, and what they come to is
 * for the domain to say. Times are told apart by the cuts of their stretch. What goes by hours is added up beside the rest in
 * the same reading: hours and teams at once would leave hardly two entries alike.
 */
export async function readAlikeEvents(
  reader: SnapshotReader,
  stretches: readonly CutStretch[],
  streamOf: (organizationId: OrganizationId) => NamedStream,
  grain: AlikeGrain,
): Promise<FoldedStretch[]> {
  const folded = stretches.map(() => ({ byPeriod: new Array<AlikeEvents>(), byHour: new Array<AlikeSpending>() }));
  if (stretches.length === 0) return folded;
  const values = [
    int4Array(stretches.map(({ organizationId }) => streamOf(organizationId).organizationKey)),
    int8Array(stretches.map(({ after }) => after)),
    int8Array(stretches.map(({ through }) => through)),
    textArray(stretches.map(({ cuts }) => `{${cuts.map((cut) => timestampOf(cut)).join(',')}}`)),
    ...(grain.hourMs === null ? [] : [grain.hourMs]),
  ];
  for await (const rows of reader.stream({ cursor: 'alike', text: textFor(grain), values, batchSize: BATCH_SIZE })) {
    for (const row of rows) {
      const place = Number(row[0]) - 1;
      const stretch = stretches[place];
      assert(stretch !== undefined, 'only stretches that were asked for are read');
      if (row[1] === '1') folded[place]?.byHour.push(mapHour(row));
      else folded[place]?.byPeriod.push(mapAlike(row, streamOf(stretch.organizationId).names));
    }
  }
  return folded;
}

type AlikeSpending = FoldedStretch['byHour'][number];

/** Named in the order in which rows have them, after the place and whether a row is of an hour. */
const BY_PERIOD = 'event.type, event.plan_version, event.standing, event.overage_rate';
const BUCKETS = 'width_bucket(event.occurred_at, stretch.cuts), width_bucket(event.recorded_at, stretch.cuts)';
const BY_EVERYTHING = 'place, event.cause_kind, event.counted, event.uncounted';

function textFor({ teams, hourMs }: AlikeGrain): string {
  const team = teams ? 'event.team_key' : 'NULL::int4';
  const byPeriod = `${BY_EVERYTHING}, ${BY_PERIOD}, ${team}, ${BUCKETS}`;
  const byHour = `${BY_EVERYTHING}, date_bin($5::int4 * interval '1 millisecond', event.occurred_at, 'epoch')`;
  return `
    WITH stretch AS MATERIALIZED (
           SELECT place, organization_key, after, through, cuts::timestamptz[] AS cuts
             FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::text[])
                  WITH ORDINALITY AS stretch (organization_key, after, through, cuts, place))
    SELECT place, GROUPING(event.type), event.cause_kind, event.counted, event.uncounted, ${BY_PERIOD}, ${team} AS team_key,
           count(*), sum(event.amount), min(event.occurred_at), min(event.recorded_at)
      FROM stretch
      JOIN ledger_event AS event
        ON event.organization_key = stretch.organization_key
       AND event.sequence > stretch.after AND event.sequence <= stretch.through
     GROUP BY GROUPING SETS ((${byPeriod})${hourMs === null ? '' : `, (${byHour})`})`;
}

function mapAlike(row: StreamedRow, names: NamedStream['names']): AlikeEvents {
  const [, , causeKind, counted, uncounted, type, planVersion, standing, rate, team] = row;
  const teamId = teamIn(team, names);
  const plan = isAbsent(planVersion)
    ? null
    : {
        planVersion: Number(planVersion),
        standing: standingCodes.wordOf(Number(standing)),
        overageRate: isAbsent(rate) ? null : amountOfRow(rate),
      };
  return {
    times: timesIn(row),
    event: {
      ...placeIn(row),
      type: ledgerTypeCodes.wordOf(Number(type)),
      usage: isUsage(causeKind) ? { teamId, counted: counted === 't', plan } : null,
      correction: isAbsent(uncounted) ? null : { teamId, uncounted: uncounted === 't', plan },
    },
  };
}

function mapHour(row: StreamedRow): AlikeSpending {
  const [, , causeKind, counted, uncounted] = row;
  return {
    times: timesIn(row),
    event: {
      ...placeIn(row),
      usage: isUsage(causeKind) ? { teamId: null, counted: counted === 't' } : null,
      correction: isAbsent(uncounted) ? null : { teamId: null, uncounted: uncounted === 't' },
    },
  };
}

function isUsage(causeKind: string | null | undefined): boolean {
  return causeKindCodes.wordOf(Number(causeKind)) === 'usage_event';
}

function timesIn(row: StreamedRow): number {
  return Number(row[10]);
}

function placeIn(row: StreamedRow) {
  const [amount, occurredAt, recordedAt] = row.slice(11);
  return {
    amount: amountOfRow(amount ?? 'none'),
    occurredAt: readInstant(occurredAt ?? 'none'),
    recordedAt: readInstant(recordedAt ?? 'none'),
  };
}

function teamIn(key: string | null | undefined, names: NamedStream['names']): string | null {
  if (isAbsent(key)) return null;
  const name = names.get(key);
  if (name === undefined) throw new Error(`a team under key ${key}, which is no name: run "verify"`);
  return name;
}

function isAbsent(text: string | null | undefined): text is null | undefined {
  return text === null || text === undefined;
}
