import type { LetterFate, Operator, RedrivenLetter } from '@floopy/application';
import type { OrganizationId } from '@floopy/domain';
import { int2Array, int4Array, int8Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { storableJson } from '../connection/storable-text';

export interface LetterFates {
  readonly letters: readonly RedrivenLetter[];
  readonly operator: Operator;
  readonly organizationKeyOf: (organizationId: OrganizationId) => number;
}

/** Writes what became of locked letters, on each of them and in its history, and moves the counts of their partitions. */
export function saveLetterFates(transaction: Queries, fates: LetterFates): Promise<unknown>[] {
  if (fates.letters.length === 0) return [];
  return [resolveLetters(transaction, fates), saveSteps(transaction, fates), moveCounts(transaction, fates.letters)];
}

/** One that stays parked stands there for the reason that it would be parked for now. */
async function resolveLetters(transaction: Queries, { letters }: LetterFates): Promise<void> {
  await transaction.query({
    name: 'resolve_letters',
    text: `
      UPDATE dead_letter
         SET status = fate.status,
             resolved_at = CASE WHEN fate.status = 'parked' THEN NULL ELSE clock_timestamp() END,
             reason = coalesce(fate.reason, dead_letter.reason),
             faults = coalesce(fate.faults::jsonb, dead_letter.faults)
        FROM unnest($1::int8[], $2::text[], $3::text[], $4::text[]) AS fate (dead_letter_key, status, reason, faults)
       WHERE dead_letter.dead_letter_key = fate.dead_letter_key`,
    values: [
      int8Array(letters.map(({ letter }) => letter.letterKey)),
      textArray(letters.map(({ fate }) => fate.type)),
      textArray(letters.map(({ fate }) => reasonOf(fate))),
      textArray(letters.map(({ fate }) => faultsOf(fate))),
    ],
  });
}

async function saveSteps(transaction: Queries, { letters, operator, organizationKeyOf }: LetterFates): Promise<void> {
  const applied = letters.map(({ fate }) => (fate.type === 'applied' ? fate : null));
  await transaction.query({
    name: 'save_letter_steps',
    text: `
      INSERT INTO dead_letter_step (dead_letter_key, kind, reason, faults, organization_key, sequence, taken_by, act_number)
      SELECT dead_letter_key, kind, reason, faults::jsonb, organization_key, sequence, $7, $8
        FROM unnest($1::int8[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::int8[])
             AS step (dead_letter_key, kind, reason, faults, organization_key, sequence)`,
    values: [
      int8Array(letters.map(({ letter }) => letter.letterKey)),
      textArray(letters.map(({ fate }) => fate.type)),
      textArray(letters.map(({ fate }) => reasonOf(fate))),
      textArray(letters.map(({ fate }) => faultsOf(fate))),
      int4Array(applied.map((fate) => (fate === null ? null : organizationKeyOf(fate.organizationId)))),
      int8Array(applied.map((fate) => fate?.position ?? null)),
      operator.name,
      operator.actNumber,
    ],
  });
}

/** Offsets that were passed stay passed: what a record became moves from one column to another. */
async function moveCounts(transaction: Queries, letters: readonly RedrivenLetter[]): Promise<void> {
  const moved = letters.filter(({ fate }) => fate.type !== 'parked');
  if (moved.length === 0) return;
  await transaction.query({
    name: 'move_letter_counts',
    text: `
      UPDATE ingest_partition AS passed
         SET applied = passed.applied + moved.applied, duplicates = passed.duplicates + moved.duplicates,
             parked = passed.parked - moved.applied - moved.duplicates
        FROM (SELECT partition_key, count(*) FILTER (WHERE fate = 'applied') AS applied,
                     count(*) FILTER (WHERE fate = 'duplicate') AS duplicates
                FROM unnest($1::int2[], $2::text[]) AS letter (partition_key, fate)
               GROUP BY partition_key) AS moved
       WHERE passed.partition_key = moved.partition_key`,
    values: [
      int2Array(moved.map(({ letter }) => letter.ingestPartition)),
      textArray(moved.map(({ fate }) => fate.type)),
    ],
  });
}

function reasonOf(fate: LetterFate): string | null {
  return fate.type === 'parked' ? fate.reason : null;
}

function faultsOf(fate: LetterFate): string | null {
  return fate.type === 'parked' ? storableJson(fate.faults) : null;
}
