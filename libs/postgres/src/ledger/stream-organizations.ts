import type { RecordedStream, RecordedTerms, UnreadableRecord } from '@floopy/application';
import { type LedgerHash, type MonthlyUsage, organizationIdOf } from '@floopy/domain';
import { originCodes } from './ledger-codes';
import { amountOfRow } from './lock-streams';
import type { SnapshotReader } from './stream-connection';
import type { StreamedRow } from './stream-columns';
import { readInstant, type StreamedOrganization } from './stream-row';

/** An organization with what is written beside its ledger. */
export interface StreamedHead extends StreamedOrganization {
  readonly organizationKey: number;
  readonly recorded: RecordedStream;
}

const BATCH_SIZE = 200;

/** Every organization, ascending by key, or the one that is asked for; with its head, its months, and its names. */
export async function* streamOrganizations(
  reader: SnapshotReader,
  organizationKey: number | null,
): AsyncGenerator<StreamedHead> {
  const text = `
    SELECT organization.organization_key, organization.organization_id,
           head.sequence, head.balance, head.hash, head.recorded_at,
           (SELECT json_object_agg(label_key, value) FROM label
             WHERE label.organization_key = organization.organization_key AND kind = 1),
           (SELECT json_agg(json_build_array(period_start::text, period_end::text, origin, requests, spend::text))
              FROM monthly_usage
             WHERE monthly_usage.organization_key = organization.organization_key),
           head.terms_version,
           (SELECT json_build_array(count(*), coalesce(max(change_number), 0)) FROM organization_change
             WHERE organization_change.organization_key = organization.organization_key)
      FROM organization
      LEFT JOIN organization_head AS head USING (organization_key)
     WHERE $1::int4 IS NULL OR organization.organization_key = $1
     ORDER BY organization.organization_key`;
  for await (const rows of reader.stream({
    cursor: 'organizations',
    text,
    values: [organizationKey],
    batchSize: BATCH_SIZE,
  })) {
    for (const row of rows) yield mapHead(row);
  }
}

type MonthJson = readonly [start: string, end: string, origin: number, requests: number, spend: string];

function mapHead(row: StreamedRow): StreamedHead {
  const [organizationKey, id, sequence, balance, hash, recordedAt, names, months, termsVersion, changes] = row;
  const organizationId = organizationIdOf(id ?? '');
  const namesByKey = JSON.parse(names ?? '{}') as Record<string, string>;
  const unreadable: UnreadableRecord[] = [];
  const head = readable('head', unreadable, () => ({
    organizationId,
    sequence: Number(sequence),
    balance: amountOfRow(balance ?? 'none'),
    hash: (hash ?? '').slice(2) as LedgerHash,
    recordedAt: readInstant(recordedAt ?? 'none'),
  }));
  const monthsRead = (JSON.parse(months ?? '[]') as MonthJson[]).flatMap(
    (month) => readable('monthly_usage', unreadable, () => mapMonth(month)) ?? [],
  );
  return {
    organizationKey: Number(organizationKey),
    organizationId,
    names: new Map(Object.entries(namesByKey)),
    recorded: { organizationId, head, months: monthsRead, terms: mapTerms(termsVersion, changes), unreadable },
  };
}

function mapTerms(version: string | null | undefined, changes: string | null | undefined): RecordedTerms {
  const [count, lastNumber] = JSON.parse(changes ?? '[0, 0]') as readonly [count: number, lastNumber: number];
  return { version: Number(version ?? 0), changes: count, lastNumber };
}

function mapMonth([start, end, origin, requests, spend]: MonthJson): MonthlyUsage {
  return {
    periodStart: readInstant(start),
    periodEnd: readInstant(end),
    origin: originCodes.wordOf(origin),
    requests,
    spend: amountOfRow(spend),
  };
}

/** What cannot be read is told, and verification goes on with the rest. */
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
