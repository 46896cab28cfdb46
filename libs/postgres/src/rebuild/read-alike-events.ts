import type { AlikeEvents, CutStretch } from '@floopy/application';
import { assert, type Instant, type OrganizationId } from '@floopy/domain';
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
 * for the domain to say. Times are told apart by the cuts of their stretch.
 */
export async function readAlikeEvents(
  reader: SnapshotReader,
  stretches: readonly CutStretch[],
  streamOf: (organizationId: OrganizationId) => NamedStream,
  grain: AlikeGrain,
): Promise<AlikeEvents[][]> {
  const alike: AlikeEvents[][] = stretches.map(() => []);
  if (stretches.length === 0) return alike;
  const values = [
    int4Array(stretches.map(({ organizationId }) => streamOf(organizationId).organizationKey)),
    int8Array(stretches.map(({ after }) => after)),
    int8Array(stretches.map(({ through }) => through)),
    textArray(stretches.map(({ cuts }) => `{${cuts.map((cut: Instant) => timestampOf(cut)).join(',')}}`)),
    grain.hourMs,
  ];
  for await (const rows of reader.stream({ cursor: 'alike', text: textFor(grain), values, batchSize: BATCH_SIZE })) {
    for (const row of rows) {
      const place = Number(row[0]) - 1;
      const stretch = stretches[place];
      assert(stretch !== undefined, 'only stretches that were asked for are read');
      alike[place]?.push(mapAlike(row, streamOf(stretch.organizationId).names));
    }
  }
  return alike;
}

function textFor({ teams, hourMs }: AlikeGrain): string {
  const team = teams ? 'event.team_key' : 'NULL::int4';
  const hour =
    hourMs === null ? '$5::int4' : "date_bin($5::int4 * interval '1 millisecond', event.occurred_at, 'epoch')";
  return `
    WITH stretch AS MATERIALIZED (
           SELECT place, organization_key, after, through, cuts::timestamptz[] AS cuts
             FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::text[])
                  WITH ORDINALITY AS stretch (organization_key, after, through, cuts, place))
    SELECT place, event.type, event.cause_kind, event.counted, event.uncounted, event.plan_version, event.standing,
           event.overage_rate, ${team} AS team_key,
           count(*), sum(event.amount), min(event.occurred_at), min(event.recorded_at)
      FROM stretch
      JOIN ledger_event AS event
        ON event.organization_key = stretch.organization_key
       AND event.sequence > stretch.after AND event.sequence <= stretch.through
     GROUP BY place, event.type, event.cause_kind, event.counted, event.uncounted, event.plan_version, event.standing,
              event.overage_rate, ${team}, ${hour},
              width_bucket(event.occurred_at, stretch.cuts), width_bucket(event.recorded_at, stretch.cuts)`;
}

function mapAlike(row: StreamedRow, names: NamedStream['names']): AlikeEvents {
  const [, type, causeKind, counted, uncounted, planVersion, standing, rate, ...sums] = row;
  const [team, times, amount, occurredAt, recordedAt] = sums;
  const isUsage = causeKindCodes.wordOf(Number(causeKind)) === 'usage_event';
  const teamId = teamIn(team, names);
  const plan = isAbsent(planVersion)
    ? null
    : {
        planVersion: Number(planVersion),
        standing: standingCodes.wordOf(Number(standing)),
        overageRate: isAbsent(rate) ? null : amountOfRow(rate),
      };
  return {
    times: Number(times),
    event: {
      type: ledgerTypeCodes.wordOf(Number(type)),
      amount: amountOfRow(amount ?? 'none'),
      occurredAt: readInstant(occurredAt ?? 'none'),
      recordedAt: readInstant(recordedAt ?? 'none'),
      usage: isUsage ? { teamId, counted: counted === 't', plan } : null,
      correction: isAbsent(uncounted) ? null : { teamId, uncounted: uncounted === 't', plan },
    },
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
