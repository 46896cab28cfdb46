import type { BatchRecord, FileSource, FileStretch, RawRecord } from '@floopy/application';
import {
  CLOUD_EVENTS_VERSION,
  decodeLedgerMessage,
  decodeUsageEvent,
  encodeUsageEvent,
  USAGE_EVENT_TYPE,
} from '@floopy/contracts';
import {
  contentDigest,
  type DecodedUsage,
  type Fault,
  hashLedgerEvent,
  identifyUsage,
  type Instant,
  type LedgerEvent,
  usageOfCharge,
} from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import { readLines } from '../publish/read-lines';
import { parseObject } from './usage-file';

const LINES_AT_A_TIME = 500;

/**
 * Reads a file from a line on, lines counted from 0, in stretches of some hundred lines. What cannot be read as usage is a
 * record that says so: it will be parked with its bytes. `appendedAt` stands for the broker's time.
 */
export async function* readFileRecords(
  file: FileSource,
  from: number,
  appendedAt: Instant,
): AsyncGenerator<FileStretch> {
  const read = file.format === 'cloud_events' ? readCloudEventLine : readExportLine;
  let [start, records]: [number, BatchRecord[]] = [from, []];
  for await (const { number, text } of readLines(file.path)) {
    const offset = number - 1;
    if (offset < from) continue;
    if (offset - start >= LINES_AT_A_TIME) {
      yield { from: start, until: offset, records };
      [start, records] = [offset, []];
    }
    const record = read(text, offset, appendedAt);
    if (record !== null) records.push(record);
  }
  if (start < file.lines) yield { from: start, until: file.lines, records };
}

/** What a line may leave out, since the publisher of such files adds it, too. */
const ADDED = { specversion: CLOUD_EVENTS_VERSION, type: USAGE_EVENT_TYPE } as const;

function readCloudEventLine(text: string, offset: number, appendedAt: Instant): BatchRecord {
  const event = parseObject(text);
  const added = Object.entries(ADDED).filter(([name]) => event !== null && !(name in event));
  const prefix = added.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`).join('');
  // Added to the text, so that every number stays spelled as it is: a count of 1e3 is refused here as on the topic.
  const value = Buffer.from(prefix === '' ? text : `{${prefix}${text.slice(text.indexOf('{') + 1)}`);
  const organizationId = organizationIn(event?.['data']);
  const key = organizationId === null ? null : Buffer.from(organizationId);
  const headers = { 'content-type': 'application/cloudevents+json' };
  const decoded = decodeUsageEvent({ key, value, headers, appendedAt });
  return recordOf(offset, appendedAt, decoded, () => rawOf(key, value, headers));
}

function organizationIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('organization_id' in body)) return null;
  return typeof body.organization_id === 'string' ? body.organization_id : null;
}

/**
 * Reads a line of a ledger export as the event that its entry was made of. Who the user was is not in an export; the
 * digest of the content is, so that the event is recognised wherever else it comes from. Null for what is no usage.
 */
function readExportLine(text: string, offset: number, appendedAt: Instant): BatchRecord | null {
  const line = parseObject(text);
  if (line !== null && !('sequence' in line)) return null;
  const unread = (detail: string, event: LedgerEvent | null = null): BatchRecord => {
    const decoded = rejectedAs([{ pointer: '', detail }], event);
    return recordOf(offset, appendedAt, decoded, () => rawOf(null, Buffer.from(text), {}));
  };
  const message = decodeLedgerMessage(text);
  if (message.type === 'rejected')
    return unread(message.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '));
  const { event, previousHash } = message;
  if (hashLedgerEvent(event, previousHash, sha256) !== event.hash) {
    return unread('the entry does not have the hash of what it says: it was changed after it was exported', event);
  }
  const { usage, cause } = event;
  if (usage === null || cause.kind !== 'usage_event') return null;
  const stated = usageOfCharge(event, usage);
  if (usage.userReference === null && contentDigest(stated, sha256) !== usage.contentDigest) {
    return unread('the entry does not have the content digest of what it says', event);
  }
  const { key, value, headers } = encodeUsageEvent(stated, 'structured');
  const record = recordOf(offset, appendedAt, { type: 'usage', event: stated }, () => rawOf(key, value, headers));
  return { ...record, identified: { ...record.identified, content: usage.contentDigest } as BatchRecord['identified'] };
}

function rejectedAs(faults: readonly Fault[], event: LedgerEvent | null): DecodedUsage {
  const { organizationId = null, cause } = event ?? {};
  const [source, eventId] = cause?.kind === 'usage_event' ? [cause.source, cause.id] : [null, null];
  return { type: 'rejected', reason: 'invalid', faults, organizationId, source, eventId };
}

function recordOf(offset: number, appendedAt: Instant, decoded: DecodedUsage, raw: () => RawRecord): BatchRecord {
  return { offset, appendedAt, identified: identifyUsage(offset, decoded, sha256), raw };
}

function rawOf(key: Buffer | null, value: Buffer, headers: Readonly<Record<string, string>>): RawRecord {
  return { key, value, headers: Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const) };
}
