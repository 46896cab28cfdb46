import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LedgerPart, LedgerSnapshot, RecordedStream, StoredEntry, UnreadableEntry } from '@floopy/application';
import { decodeLedgerMessage } from '@floopy/contracts';
import { identityDigest, type LedgerEvent, type OrganizationId, statedIdentity } from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import { describe, WrongUsage } from '../session/faults';
import { ExportCorrections } from './export-corrections';
import { ExportRepetitions } from './export-repetitions';
import { readExportHead } from './read-export-head';

const BATCH_SIZE = 1_000;

/** A snapshot of the one organization that was exported. */
export interface ExportSnapshot extends LedgerSnapshot {
  readonly organizationId: OrganizationId;
}

/**
 * Opens an export as a snapshot that can be verified, without any database. It is read once and streamed; what must
 * be told apart over all entries (events and requests) is remembered, some 200 bytes an entry.
 * @throws WrongUsage when it is no export at all
 */
export async function openExport(file: string): Promise<ExportSnapshot> {
  const lines = linesOf(file);
  const { stream, contents, plans, firstEntry } = await readExportHead(file, () => nextLine(lines));
  const repetitions = new ExportRepetitions(stream.organizationId);
  const corrections = new ExportCorrections(stream.organizationId, () => entriesOf(file, stream.organizationId));
  return {
    organizationId: stream.organizationId,
    readPublishedContents: () => Promise.resolve(contents),
    readPublishedPlans: () => Promise.resolve(plans),
    readParts: () => readParts(stream, firstEntry, lines, [repetitions, corrections]),
    findRepetitions: () => repetitions.found(),
    findCorrections: () => corrections.found(),
    readPartitions: () => Promise.resolve(null),
    readGuards: () => Promise.resolve(null),
    findUnsoundLetters: () => null,
  };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    const input = createReadStream(file, 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read: ${describe(error)}`);
  }
}

async function nextLine(lines: AsyncGenerator<string>): Promise<string | null> {
  const next = await lines.next();
  return next.done === true ? null : next.value;
}

async function* readParts(
  stream: RecordedStream,
  firstEntry: string | null,
  rest: AsyncGenerator<string>,
  [repetitions, corrections]: readonly [ExportRepetitions, ExportCorrections],
): AsyncGenerator<LedgerPart> {
  yield { type: 'stream', stream };
  let sequence = 0;
  let entries: (StoredEntry | UnreadableEntry)[] = [];
  for (let line = firstEntry; line !== null; line = await nextLine(rest)) {
    const entry = readEntry(line, stream.organizationId, sequence + 1);
    sequence = entry.type === 'entry' ? entry.event.sequence : entry.sequence;
    if (entry.type === 'entry') {
      repetitions.remember(entry);
      corrections.remember(entry.event);
    }
    entries.push(entry);
    if (entries.length < BATCH_SIZE) continue;
    yield { type: 'entries', entries };
    entries = [];
  }
  yield { type: 'entries', entries };
}

/** The entries of an export from its beginning, without what comes before them or cannot be read. */
async function* entriesOf(file: string, organizationId: OrganizationId): AsyncGenerator<LedgerEvent> {
  for await (const line of linesOf(file)) {
    const decoded = decodeLedgerMessage(line);
    if (decoded.type === 'ledger_event' && decoded.event.organizationId === organizationId) yield decoded.event;
  }
}

function readEntry(line: string, organizationId: OrganizationId, expected: number): StoredEntry | UnreadableEntry {
  const decoded = decodeLedgerMessage(line);
  if (decoded.type === 'rejected') {
    const detail = decoded.faults.map((fault) => `${fault.pointer} ${fault.detail}`.trim()).join('; ');
    return { type: 'unreadable', sequence: expected, detail, trail: null };
  }
  const { event, previousHash } = decoded;
  if (event.organizationId !== organizationId) {
    const detail = `it belongs to ${event.organizationId}`;
    return { type: 'unreadable', sequence: event.sequence, detail, trail: event };
  }
  const stated = statedIdentity(event);
  const identity = stated === null ? null : identityDigest({ organizationId, ...stated }, sha256);
  return { type: 'entry', event, identity, previousHash };
}
