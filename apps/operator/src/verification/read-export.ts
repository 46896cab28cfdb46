import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LedgerPart, LedgerSnapshot, RecordedStream, StoredEntry, UnreadableEntry } from '@floopy/application';
import { decodeLedgerMessage } from '@floopy/contracts';
import { identityDigest, type OrganizationId } from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import { describe, WrongUsage } from '../session/faults';
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
  return {
    organizationId: stream.organizationId,
    readPublishedContents: () => Promise.resolve(contents),
    readPublishedPlans: () => Promise.resolve(plans),
    readParts: () => readParts(stream, firstEntry, lines, repetitions),
    findRepetitions: () => repetitions.found(),
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
  repetitions: ExportRepetitions,
): AsyncGenerator<LedgerPart> {
  yield { type: 'stream', stream };
  let sequence = 0;
  let entries: (StoredEntry | UnreadableEntry)[] = [];
  for (let line = firstEntry; line !== null; line = await nextLine(rest)) {
    const entry = readEntry(line, stream.organizationId, sequence + 1);
    sequence = entry.type === 'entry' ? entry.event.sequence : entry.sequence;
    if (entry.type === 'entry') repetitions.remember(entry);
    entries.push(entry);
    if (entries.length < BATCH_SIZE) continue;
    yield { type: 'entries', entries };
    entries = [];
  }
  yield { type: 'entries', entries };
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
  const { cause } = event;
  const identity =
    cause.kind === 'usage_event'
      ? identityDigest({ organizationId, source: cause.source, id: cause.id }, sha256)
      : null;
  return { type: 'entry', event, identity, previousHash };
}
