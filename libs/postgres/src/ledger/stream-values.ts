import {
  type Amount,
  amountOfUnits,
  type Digest,
  type Instant,
  instantOfMilliseconds,
  type LedgerHash,
} from '@floopy/domain';
import { STREAMED_COLUMNS, type StreamedRow } from './stream-columns';

/** What names in rows are short for: texts by the label's key, as a row has it. */
export type Names = ReadonlyMap<string, string>;

export function textIn(row: StreamedRow, at: number): string {
  const text = row[at];
  if (text === null || text === undefined) throw new Error(`${STREAMED_COLUMNS[at]} is missing`);
  return text;
}

export function wholeIn(row: StreamedRow, at: number): number {
  return Number(textIn(row, at));
}

export function optionalWholeIn(row: StreamedRow, at: number): number | null {
  const text = row[at];
  return text === null || text === undefined ? null : Number(text);
}

/** Zero is stored as NULL. */
export function countIn(row: StreamedRow, at: number): number {
  const text = row[at];
  if (text === null || text === undefined) return 0;
  const count = Number(text);
  if (count < 0) throw new Error(`${STREAMED_COLUMNS[at]} is negative`);
  return count;
}

export function flagIn(row: StreamedRow, at: number): boolean {
  return textIn(row, at) === 't';
}

export function nameIn(row: StreamedRow, at: number, names: Names): string {
  const key = textIn(row, at);
  const name = names.get(key);
  if (name === undefined) throw new Error(`${STREAMED_COLUMNS[at]} ${key} names nothing`);
  return name;
}

export function optionalNameIn(row: StreamedRow, at: number, names: Names): string | null {
  return (row[at] ?? null) === null ? null : nameIn(row, at, names);
}

/** `numeric(38, 10)` always shows ten decimals: without the point it is a whole number of units. */
export function amountIn(row: StreamedRow, at: number): Amount {
  return amountOfUnits(BigInt(textIn(row, at).replace('.', '')));
}

const SECONDS_LENGTH = '2026-11-23 10:00:00'.length;
const UTC = '+00';

/** We write whole milliseconds; a row that says it finer, or in another year than of four digits, is not ours. */
export function readInstant(text: string): Instant {
  const fraction = text.slice(SECONDS_LENGTH, -UTC.length);
  const isOurs = text[4] === '-' && text[10] === ' ' && text.endsWith(UTC) && fraction.length <= '.123'.length;
  const milliseconds = Date.UTC(
    wholeAt(text, 0, 4),
    wholeAt(text, 5, 7) - 1,
    wholeAt(text, 8, 10),
    wholeAt(text, 11, 13),
    wholeAt(text, 14, 16),
    wholeAt(text, 17, SECONDS_LENGTH),
    fraction === '' ? 0 : Math.round(Number(fraction) * 1_000),
  );
  if (!isOurs || Number.isNaN(milliseconds)) throw new Error(`${text} is no time in whole milliseconds of UTC`);
  return instantOfMilliseconds(milliseconds);
}

/** The digits of a time, which Postgres always writes at the same place; cheaper than a pattern for two times a row. */
function wholeAt(text: string, from: number, to: number): number {
  let whole = 0;
  for (let at = from; at < to; at += 1) whole = whole * 10 + text.charCodeAt(at) - 48;
  return whole;
}

export function instantIn(row: StreamedRow, at: number): Instant {
  return readInstant(textIn(row, at));
}

const HASH_LENGTH = String.raw`\x`.length + 64;

export function hashIn(row: StreamedRow, at: number): LedgerHash {
  const text = textIn(row, at);
  if (text.length !== HASH_LENGTH) throw new Error('a hash has 32 bytes');
  return text.slice(2) as LedgerHash;
}

/** A uuid without its four dashes. */
export function readDigest(uuid: string | null): Digest | null {
  if (uuid === null) return null;
  const digits = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
  return digits as Digest;
}
