import type { LedgerPart, LedgerSnapshot } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { inSnapshot, type SnapshotReader } from './stream-connection';
import { type StreamedHead, streamOrganizations } from './stream-organizations';
import { readRecordedPartitions } from './stream-partitions';
import { readPublishedPlans } from './stream-plans';
import { readPublishedContents } from './stream-prices';
import { streamRepetitions } from './stream-repetitions';
import { streamUnsoundLetters } from '../dead-letters/stream-unsound-letters';
import { STREAMED_COLUMNS, type StreamedRow } from './stream-columns';
import { streamCorrections } from './stream-corrections';
import { mapStreamedRow } from './stream-row';
import { readGuards } from '../verification/read-guards';

/** Few enough that what is made of a batch dies young, which costs the collector nothing; more only cost memory. */
const BATCH_SIZE = 2_000;

/**
 * Runs `work` on one view of the whole ledger, or of one organization's, while everybody else goes on writing.
 * Everything is streamed: the memory needed grows with no number of entries.
 */
export async function inLedgerSnapshot<Result>(
  pool: DatabasePool,
  work: (snapshot: LedgerSnapshot) => Promise<Result>,
  organizationKey: number | null = null,
): Promise<Result> {
  return inSnapshot(pool, (reader) =>
    work({
      readPublishedContents: () => readPublishedContents(reader),
      readPublishedPlans: () => readPublishedPlans(reader),
      readParts: () => streamParts(reader, organizationKey),
      findRepetitions: () => streamRepetitions(reader, organizationKey),
      findCorrections: () => streamCorrections(reader, organizationKey),
      readPartitions: async () => (organizationKey === null ? readRecordedPartitions(reader) : null),
      readGuards: () => readGuards(reader),
      findUnsoundLetters: () => (organizationKey === null ? streamUnsoundLetters(reader) : null),
    }),
  );
}

/** Merges organizations and entries, both ascending by organization key, into announced streams. */
async function* streamParts(reader: SnapshotReader, organizationKey: number | null): AsyncGenerator<LedgerPart> {
  const organizations = streamOrganizations(reader, organizationKey === null ? null : [organizationKey]);
  let current: StreamedHead | null = null;
  let next = await nextOf(organizations);
  for await (const rows of streamEntries(reader, organizationKey)) {
    for (const [key, ofOrganization] of groupsOf(rows)) {
      while (next !== null && next.organizationKey <= key) {
        yield { type: 'stream', stream: next.recorded };
        current = next;
        next = await nextOf(organizations);
      }
      yield current?.organizationKey === key ? entriesOf(current, ofOrganization) : strandedOf(key, ofOrganization);
    }
  }
  for (; next !== null; next = await nextOf(organizations)) yield { type: 'stream', stream: next.recorded };
}

function streamEntries(reader: SnapshotReader, organizationKey: number | null): AsyncGenerator<readonly StreamedRow[]> {
  const text = `
    SELECT ${STREAMED_COLUMNS.join(', ')}
      FROM ledger_event
     WHERE $1::int4 IS NULL OR organization_key = $1
     ORDER BY organization_key, sequence`;
  return reader.stream({ cursor: 'entries', text, values: [organizationKey], batchSize: BATCH_SIZE });
}

async function nextOf<Value>(values: AsyncGenerator<Value>): Promise<Value | null> {
  const result = await values.next();
  return result.done === true ? null : result.value;
}

/** Runs of rows of one organization, in their order. */
function* groupsOf(rows: readonly StreamedRow[]): Generator<[organizationKey: number, rows: StreamedRow[]]> {
  let start = 0;
  while (start < rows.length) {
    const key = rows[start]?.[0];
    let end = start + 1;
    while (end < rows.length && rows[end]?.[0] === key) end += 1;
    yield [Number(key), rows.slice(start, end)];
    start = end;
  }
}

function entriesOf(organization: StreamedHead, rows: readonly StreamedRow[]): LedgerPart {
  return { type: 'entries', entries: rows.map((row) => mapStreamedRow(row, organization)) };
}

function strandedOf(organizationKey: number, rows: readonly StreamedRow[]): LedgerPart {
  const detail = `${rows.length} entries under key ${organizationKey}`;
  return { type: 'stranded', sequence: Number(rows[0]?.[1]), entries: rows.length, detail };
}
