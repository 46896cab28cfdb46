import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LedgerSnapshot, RecordedStream, StoredContent, StoredPlan } from '@floopy/application';
import { encodeLedgerLine } from '@floopy/contracts';
import { formatInstant, GENESIS_HASH, type LedgerHash } from '@floopy/domain';
import { systemClock } from '@floopy/runtime';
import { encodeExportedChanges, encodeExportedPlans, encodeExportedPrices, encodeExportHeader } from './export-lines';

export interface ExportTerms {
  readonly file: string;
  readonly onProgress: (entries: number) => void;
  readonly stop: AbortSignal;
}

/**
 * Writes one organization's ledger to a file, streamed: every entry, and the prices, plans and terms that are
 * needed to compute every charge, and to place every request, again. The file appears once it is whole. @returns how many entries it has.
 */
export async function exportLedger(snapshot: LedgerSnapshot, terms: ExportTerms): Promise<number> {
  const draft = `${terms.file}.part`;
  const count = { entries: 0 };
  try {
    const text = Readable.from(exportText(snapshot, count, terms.onProgress));
    await pipeline(text, createWriteStream(draft), { signal: terms.stop });
    await rename(draft, terms.file);
    return count.entries;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function* exportText(
  snapshot: LedgerSnapshot,
  count: { entries: number },
  onProgress: ExportTerms['onProgress'],
): AsyncGenerator<string> {
  const published = { contents: await snapshot.readPublishedContents(), plans: await snapshot.readPublishedPlans() };
  let previous = GENESIS_HASH;
  for await (const part of snapshot.readParts()) {
    if (part.type === 'stream') yield exportHead(part.stream, published);
    if (part.type !== 'entries') continue;
    const lines: string[] = [];
    for (const entry of part.entries) {
      if (entry.type === 'unreadable') {
        throw new Error(`the entry at position ${entry.sequence} cannot be read: run "verify" (${entry.detail})`);
      }
      lines.push(encodeLedgerLine(entry.event, previous));
      previous = entry.event.hash satisfies LedgerHash;
    }
    count.entries += lines.length;
    onProgress(count.entries);
    yield `${lines.join('\n')}\n`;
  }
}

interface Published {
  readonly contents: readonly StoredContent[];
  readonly plans: readonly StoredPlan[] | null;
}

function exportHead(stream: RecordedStream, { contents, plans }: Published): string {
  const lines = [
    encodeExportHeader(stream, formatInstant(systemClock())),
    ...encodeExportedPrices(contents, stream.organizationId),
    ...encodeExportedPlans(plans ?? []),
    ...encodeExportedChanges(stream.terms?.changes ?? []),
  ];
  return `${lines.join('\n')}\n`;
}
