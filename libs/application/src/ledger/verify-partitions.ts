import type { Mismatch, Mismatches } from './verify-mismatch';
import type { RecordedPartition, UnsoundLetter } from './verify-sources';

/**
 * Compares what each partition is said to have become with what can be counted: every offset passed is exactly one of
 * applied, duplicate, parked and skipped; of these, applied entries and dead letters are there as rows. A letter that was
 * driven through the pipeline again counts as what it became, and as nothing else.
 */
export function verifyPartitions(
  partitions: readonly RecordedPartition[],
  appliedByPartition: ReadonlyMap<number, number>,
  mismatches: Mismatches,
): void {
  const uncounted = new Map(appliedByPartition);
  for (const partition of partitions) {
    const { name: subject, applied } = partition;
    verifyPartition(partition, mismatches);
    const counted = uncounted.get(partition.ingestPartition) ?? 0;
    uncounted.delete(partition.ingestPartition);
    if (counted !== applied) {
      mismatches.add({ kind: 'partition_applied', subject, expected: `${counted} entries`, found: `${applied}` });
    }
  }
  for (const [ingestPartition, counted] of uncounted) {
    const subject = `partition key ${ingestPartition}`;
    mismatches.add({ kind: 'partition_applied', subject, expected: `${counted} entries`, found: 'no such partition' });
  }
}

/** As far as it can be said without counting the ledger: that the offsets add up, and what the dead letters say. */
export function verifyPartition(partition: RecordedPartition, mismatches: Mismatches): void {
  const { name: subject, applied, duplicates, parked, skipped } = partition;
  const passed = partition.nextOffset - partition.firstOffset;
  const told = applied + duplicates + parked + skipped;
  if (passed !== told) {
    const found = `${told} = ${applied} applied + ${duplicates} duplicates + ${parked} parked + ${skipped} skipped`;
    mismatches.add({ kind: 'partition_offsets', subject, expected: `${passed} offsets passed`, found });
  }
  if (partition.deadLetters !== parked) {
    const expected = `${partition.deadLetters} dead letters`;
    mismatches.add({ kind: 'partition_parked', subject, expected, found: `${parked}` });
  }
  if (partition.lateDuplicates > duplicates) {
    const expected = `at least ${partition.lateDuplicates}`;
    mismatches.add({ kind: 'partition_duplicates', subject, expected, found: `${duplicates}` });
  }
}

/** A dead letter says what became of it; its history, and the entry that it became, have to say the same. */
export function mismatchOfLetter({ letterKey, place, status, shown }: UnsoundLetter): Mismatch {
  return { kind: 'dead_letter', subject: `dead letter ${letterKey} (${place})`, expected: shown, found: status };
}
