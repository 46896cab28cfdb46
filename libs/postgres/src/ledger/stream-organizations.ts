import type { RecordedStream, UnreadableRecord } from '@floopy/application';
import { type LedgerHash, organizationIdOf, type PeriodCount } from '@floopy/domain';
import { int4Array } from '../connection/binary-array';
import { amountOfRow } from './lock-streams';
import {
  CARRIED_JSON,
  CHANGE_JSON,
  HOURLY_SPEND_JSON,
  mapCarried,
  mapChange,
  mapHourlySpend,
  mapMonth,
  mapOverage,
  mapTeamSpend,
  MONTH_JSON,
  OVERAGE_JSON,
  TEAM_SPEND_JSON,
} from './map-recorded-rows';
import { SPEND_FOLLOWER } from '../spend/spend-follower';
import type { SnapshotReader } from './stream-connection';
import type { StreamedRow } from './stream-columns';
import type { StreamedOrganization } from './stream-row';
import { readInstant } from './stream-values';

/** An organization with what is written beside its ledger. */
export interface StreamedHead extends StreamedOrganization {
  readonly organizationKey: number;
  readonly recorded: RecordedStream;
}

const BATCH_SIZE = 200;

/** Every organization, ascending by key, or those that are asked for; with all that is written beside their ledgers. */
export async function* streamOrganizations(
  reader: SnapshotReader,
  organizationKeys: readonly number[] | null,
): AsyncGenerator<StreamedHead> {
  const text = `
    SELECT organization.organization_key, organization.organization_id,
           head.sequence, head.balance, head.hash, head.recorded_at,
           head.terms_version, head.period_start, head.period_requests,
           (SELECT json_object_agg(label_key, value) FROM label
             WHERE label.organization_key = organization.organization_key AND kind = 1),
           ${rowsBeside('monthly_usage', MONTH_JSON, 'period_start')},
           ${rowsBeside('period_overage', OVERAGE_JSON, 'period_start')},
           ${rowsBeside('carried_overage', CARRIED_JSON, 'source_start')},
           ${rowsBeside('organization_change', CHANGE_JSON, 'change_number')},
           ${rowsBeside('team_spend', TEAM_SPEND_JSON, 'period_start, team_key')},
           ${rowsBeside('hourly_spend', HOURLY_SPEND_JSON, 'hour')},
           (SELECT sequence FROM follower_checkpoint
             WHERE follower_checkpoint.organization_key = organization.organization_key AND follower = $2),
           organization.markup_basis_points,
           (SELECT sequence FROM relay_checkpoint
             WHERE relay_checkpoint.organization_key = organization.organization_key)
      FROM organization
      LEFT JOIN organization_head AS head USING (organization_key)
     WHERE $1::int4[] IS NULL OR organization.organization_key = ANY ($1)
     ORDER BY organization.organization_key`;
  for await (const rows of reader.stream({
    cursor: 'organizations',
    text,
    values: [organizationKeys === null ? null : int4Array(organizationKeys), SPEND_FOLLOWER],
    batchSize: BATCH_SIZE,
  })) {
    for (const row of rows) yield mapHead(row);
  }
}

function rowsBeside(name: string, json: string, order: string): string {
  return `(SELECT json_agg(${json} ORDER BY ${order}) FROM ${name}
            WHERE ${name}.organization_key = organization.organization_key)`;
}

function mapHead(row: StreamedRow): StreamedHead {
  const [organizationKey, id, sequence, balance, hash, recordedAt, termsVersion, periodStart, periodRequests] = row;
  const [labels, months, overage, carried, changes, teams, hours, absorbed, markup, relayed] = row.slice(9);
  const names = new Map(Object.entries(JSON.parse(labels ?? '{}') as Record<string, string>));
  const organizationId = organizationIdOf(id ?? '');
  const unreadable: UnreadableRecord[] = [];
  const head = readable('head', unreadable, () => ({
    organizationId,
    sequence: Number(sequence),
    balance: amountOfRow(balance ?? 'none'),
    hash: (hash ?? '').slice(2) as LedgerHash,
    recordedAt: readInstant(recordedAt ?? 'none'),
  }));
  const latest = readable('head', unreadable, () => mapLatest(periodStart, periodRequests));
  return {
    organizationKey: Number(organizationKey),
    organizationId,
    names,
    recorded: {
      organizationId,
      head,
      months: readAll('monthly_usage', unreadable, months, mapMonth),
      overage: {
        latest,
        periods: readAll('period_overage', unreadable, overage, mapOverage),
        carried: readAll('carried_overage', unreadable, carried, mapCarried),
      },
      terms: {
        version: Number(termsVersion ?? 0),
        changes: readAll('organization_change', unreadable, changes, mapChange),
      },
      spend: {
        absorbedTo: Number(absorbed ?? 0),
        teams: readAll('team_spend', unreadable, teams, (json: Parameters<typeof mapTeamSpend>[0]) =>
          mapTeamSpend(json, names),
        ),
        hours: readAll('hourly_spend', unreadable, hours, mapHourlySpend),
      },
      agreedMarkup: markup === null || markup === undefined ? 'none' : Number(markup),
      relayedTo: Number(relayed ?? 0),
      unreadable,
    },
  };
}

function mapLatest(periodStart: string | null | undefined, requests: string | null | undefined): PeriodCount | null {
  if (periodStart === null || periodStart === undefined) return null;
  return { periodStart: readInstant(periodStart), requests: Number(requests) };
}

/** What cannot be read is told, and verification goes on with the rest. */
function readAll<Json, Value>(
  kind: UnreadableRecord['kind'],
  unreadable: UnreadableRecord[],
  rows: string | null | undefined,
  map: (row: Json) => Value,
): Value[] {
  return (JSON.parse(rows ?? '[]') as Json[]).flatMap((row) => readable(kind, unreadable, () => map(row)) ?? []);
}

function readable<Value>(
  kind: UnreadableRecord['kind'],
  unreadable: UnreadableRecord[],
  read: () => Value,
): Value | null {
  try {
    return read();
  } catch (error) {
    unreadable.push({ kind, detail: error instanceof Error ? error.message : String(error) });
    return null;
  }
}
