import type { Mismatches } from './verify-mismatch';

export interface VerifyUsageLogPorts {
  readonly topic: string;
  /** How far each partition is said to be applied, in its latest incarnation. */
  readonly readProgress: () => Promise<readonly { readonly partition: number; readonly nextOffset: number }[]>;
  /** By partition, the offset of the record that will come next. */
  readonly readEnds: () => Promise<ReadonlyMap<number, number>>;
}

/**
 * Compares how far usage is said to be applied with where its log ends: an offset past that end is of records that nobody
 * has written, and those that are written there would be taken for applied. The end is read after what is said, so that
 * whatever is applied meanwhile is right.
 */
export async function verifyUsageLog(ports: VerifyUsageLogPorts, mismatches: Mismatches): Promise<void> {
  const progress = await ports.readProgress();
  const ends = await ports.readEnds();
  for (const { partition, nextOffset } of progress) {
    const end = ends.get(partition);
    if (end !== undefined && nextOffset <= end) continue;
    const expected = end === undefined ? 'a partition of the topic' : `at most ${end}, where its log ends`;
    mismatches.add({
      kind: 'partition_log_end',
      subject: `${ports.topic}[${partition}]`,
      expected,
      found: `${nextOffset}`,
    });
  }
}
