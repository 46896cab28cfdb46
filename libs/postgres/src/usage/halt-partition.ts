import type { Queries } from '../connection/queries';

/** Notes why a partition is not read any further; an operator decides how it goes on. */
export async function haltPartition(
  queries: Queries,
  topic: string,
  partition: number,
  reason: string | null,
): Promise<void> {
  await queries.query({
    name: 'halt_partition',
    text: `
      UPDATE ingest_partition SET halted = $3
       WHERE topic = $1 AND partition = $2
         AND incarnation = (SELECT max(incarnation) FROM ingest_partition WHERE topic = $1 AND partition = $2)`,
    values: [topic, partition, reason],
  });
}
