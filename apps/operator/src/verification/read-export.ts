import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type {
  LedgerPart,
  LedgerSnapshot,
  RecordedStream,
  StoredContent,
  StoredEntry,
  UnreadableEntry,
} from '@floopy/application';
import { decodeLedgerMessage } from '@floopy/contracts';
import {
  identityDigest,
  type LedgerHash,
  type OrganizationId,
  organizationIdOf,
  parseAmount,
  parseInstant,
} from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import { exportedPricesSchema, exportHeaderSchema } from '../ledger/export-lines';
import { describe, WrongUsage } from '../session/faults';
import { ExportRepetitions } from './export-repetitions';

const BATCH_SIZE = 1_000;

/**
 * Opens an export as a snapshot that can be verified, without any database. It is read once and streamed; what must
 * be told apart over all entries (events and requests) is remembered, some 200 bytes an entry.
 * @throws WrongUsage when it is no export at all
 */
export async function openExport(file: string): Promise<LedgerSnapshot> {
  const lines = linesOf(file);
  const stream = readHeader(file, await nextLine(lines));
  const { contents, firstEntry } = await readPrices(file, stream.organizationId, lines);
  const repetitions = new ExportRepetitions(stream.organizationId);
  return {
    readPublishedContents: () => Promise.resolve(contents),
    readParts: () => readParts(stream, firstEntry, lines, repetitions),
    findRepetitions: () => repetitions.found(),
    readPartitions: () => Promise.resolve(null),
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

function readHeader(file: string, line: string | null): RecordedStream {
  const header = exportHeaderSchema.safeParse(parseJson(line ?? ''));
  if (!header.success) throw new WrongUsage(`${file} is no ledger export: its first line is not the header of one.`);
  const { organization_id: id, head } = header.data;
  const organizationId = organizationIdOf(id);
  const [balance, recordedAt] = [parseAmount(head.balance), parseInstant(head.recorded_at)];
  if (balance === null || recordedAt === null) throw new WrongUsage(`${file} has a header with a faulty head.`);
  const { sequence, hash } = head;
  return {
    organizationId,
    head: { organizationId, sequence, balance, hash: hash as LedgerHash, recordedAt },
    months: null,
    terms: null,
    unreadable: [],
  };
}

/** The lines of prices, which end with the first line of an entry. */
async function readPrices(
  file: string,
  exporter: OrganizationId,
  lines: AsyncGenerator<string>,
): Promise<{ readonly contents: StoredContent[]; readonly firstEntry: string | null }> {
  const contents: StoredContent[] = [];
  for (;;) {
    const line = await nextLine(lines);
    const exported = exportedPricesSchema.safeParse(parseJson(line ?? ''));
    if (!exported.success) return { contents, firstEntry: line };
    contents.push(contentOf(file, exporter, exported.data));
  }
}

function contentOf(
  file: string,
  exporter: OrganizationId,
  exported: ReturnType<typeof exportedPricesSchema.parse>,
): StoredContent {
  const isCard = 'rate_card' in exported;
  const publication = isCard ? exported.rate_card : exported.rate_override;
  const { version, content: text, content_hash: contentHash } = publication;
  const publishedAt = parseInstant(publication.published_at);
  if (publishedAt === null) throw new WrongUsage(`${file} has prices that were published at no time.`);
  const kind = isCard ? 'rate_card' : 'rate_override';
  const organizationId = isCard ? null : exporter;
  return { kind, organizationId, version, publishedAt, text, contentHash };
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

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
