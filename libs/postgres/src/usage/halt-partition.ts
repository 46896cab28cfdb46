import type { Queries } from '../connection/queries';

export interface PartitionHalt {
  readonly topic: string;
  readonly partition: number;
  /** Of the claim under which it was found; what a later one finds is not overruled. */
  readonly epoch: number;
  readonly reason: string;
}

/** Notes why a partition is not read any further; an operator decides how it goes on. */
export async function haltPartition(
  queries: Queries,
  { topic, partition, epoch, reason }: PartitionHalt,
): Promise<void> {
  await queries.query({
    name: 'halt_partition',
    text: `
      UPDATE ingest_partition SET halted = $4
       WHERE topic = $1 AND partition = $2 AND epoch = $3
         AND incarnation = (SELECT max(incarnation) FROM ingest_partition WHERE topic = $1 AND partition = $2)`,
    values: [topic, partition, epoch, reason],
  });
}
