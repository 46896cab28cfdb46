import type { LockedLetters, OpenLetter } from '@floopy/application';
import { instantOfMilliseconds } from '@floopy/domain';
import { int2Array, int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { rawRecordOf, type StoredRecordRow } from './stored-record';

interface LetterRow extends StoredRecordRow {
  readonly dead_letter_key: string;
  readonly partition_key: number;
  readonly record_offset: string;
  readonly appended_at: Date;
}

/**
 * Locks those of these letters that are still parked, and then their partitions. One that somebody else is resolving is
 * waited for, and is then not parked any more. A batch locks partitions and no letters, so that nobody waits in a circle.
 */
export async function lockOpenLetters(transaction: Queries, letterKeys: readonly number[]): Promise<LockedLetters> {
  const rows = await lockLetters(transaction, letterKeys);
  if (rows.length === 0) return { letters: [], publishedPrices: 0 };
  const publishedPrices = await lockPartitionsOf(transaction, rows);
  // Read under the locks: whoever corrects a letter holds its lock, too.
  const corrections = await readCorrections(transaction, letterKeys);
  return { letters: rows.map((row) => mapLetter(row, corrections.get(row.dead_letter_key))), publishedPrices };
}

function lockLetters(transaction: Queries, letterKeys: readonly number[]): Promise<LetterRow[]> {
  return transaction.query<LetterRow>({
    name: 'lock_open_letters',
    text: `
      SELECT dead_letter_key, partition_key, record_offset, appended_at, record_key, record_value, record_headers
        FROM dead_letter
       WHERE dead_letter_key = ANY ($1::int8[]) AND status = 'parked'
       ORDER BY partition_key, record_offset
         FOR UPDATE`,
    values: [int8Array(letterKeys)],
  });
}

/** In the order in which batches lock partitions. @returns which prices are published */
async function lockPartitionsOf(transaction: Queries, letters: readonly LetterRow[]): Promise<number> {
  const rows = await transaction.query<{ published_prices: string }>({
    name: 'lock_partitions_of_letters',
    text: `
      SELECT (SELECT version FROM published_prices) AS published_prices
        FROM ingest_partition
       WHERE partition_key = ANY ($1::int2[])
       ORDER BY topic COLLATE "C", partition, incarnation
         FOR UPDATE`,
    values: [int2Array([...new Set(letters.map((letter) => letter.partition_key))])],
  });
  return Number(rows[0]?.published_prices);
}

type CorrectionRow = StoredRecordRow & { readonly dead_letter_key: string };

/** The last correction of each letter that has one. */
async function readCorrections(
  transaction: Queries,
  letterKeys: readonly number[],
): Promise<Map<string, StoredRecordRow>> {
  const rows = await transaction.query<CorrectionRow>({
    name: 'read_corrections',
    text: `
      SELECT DISTINCT ON (dead_letter_key) dead_letter_key, record_key, record_value, record_headers
        FROM dead_letter_step
       WHERE dead_letter_key = ANY ($1::int8[]) AND kind = 'fixed'
       ORDER BY dead_letter_key, step_key DESC`,
    values: [int8Array(letterKeys)],
  });
  return new Map(rows.map((row) => [row.dead_letter_key, row]));
}

function mapLetter(row: LetterRow, correction: StoredRecordRow | undefined): OpenLetter {
  return {
    letterKey: Number(row.dead_letter_key),
    ingestPartition: row.partition_key,
    offset: Number(row.record_offset),
    appendedAt: instantOfMilliseconds(row.appended_at.getTime()),
    raw: rawRecordOf(correction ?? row),
  };
}
