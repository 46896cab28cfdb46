import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { FileSource, UsageFileFormat } from '@floopy/application';
import { EXPORT_FORMAT } from '../ledger/export-lines';
import { readLines } from '../publish/read-lines';
import { describe, WrongUsage } from '../session/faults';

const COMPRESSED = /\.(?:gz|zst|lz4|bz2|xz|zip)$/i;

/**
 * Reads a file through once: what it holds, how many lines it has, and the digest by which the reading of it is known.
 * @throws WrongUsage when it is no file of usage that can be replayed, saying what it is
 */
export async function examineUsageFile(path: string): Promise<FileSource> {
  if (COMPRESSED.test(path))
    throw new WrongUsage(`${path} is compressed: unpack it first, a replay reads lines of JSON.`);
  const digest = await digestOf(path);
  let format: UsageFileFormat | null = null;
  let lines = 0;
  for await (const { number, text } of readLines(path)) {
    format ??= formatOf(path, number, text);
    lines = number;
  }
  if (format === null) throw new WrongUsage(`${path} is empty.`);
  return { type: 'file', path: resolve(path), topic: `file:${digest}`, digest, format, lines };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new WrongUsage(`${path} cannot be read: ${describe(error)}`);
  }
  return hash.digest('hex');
}

/** What the first line says that a file is. */
function formatOf(path: string, number: number, text: string): UsageFileFormat {
  const first = parseObject(text);
  if (first === null) {
    throw new WrongUsage(
      `${path} is no file of usage: its line ${number} is no JSON object. A replay reads CloudEvents, one a line (as ` +
        '"publish --format jsonl"), or a ledger export ("ledger --export"); a CSV trace is published instead.',
    );
  }
  if (first['export'] === EXPORT_FORMAT) return 'ledger_export';
  if (first['export'] !== undefined) {
    throw new WrongUsage(`${path} is an export of another version than ${EXPORT_FORMAT}.`);
  }
  if (first['data'] !== undefined && first['id'] !== undefined) return 'cloud_events';
  if (first['hash'] !== undefined) {
    throw new WrongUsage(`${path} is a piece of a ledger export: its first line must be the export's header.`);
  }
  throw new WrongUsage(
    `${path} is no file of usage: its line ${number} is JSON, and neither a CloudEvent (id, source, time, data) nor the ` +
      'header of a ledger export.',
  );
}

/** Null when a text is no JSON object. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
