import { Client } from 'pg';
import { until } from '../support/until';

const PATIENCE_MS = 600_000;

/** Asks a database one question on a connection of its own, which may be cut or killed under it. */
export async function ask<Row extends object>(
  databaseUrl: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'drill' });
  // A server that is killed under the question answers with an error of the query; this one would end the drill.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, [...values]);
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** How many offsets of a topic were passed so far. */
export async function offsetsPassed(databaseUrl: string, topic: string): Promise<number> {
  const [row] = await ask<{ passed: number }>(
    databaseUrl,
    `SELECT coalesce(sum(next_offset - first_offset), 0)::int AS passed FROM ingest_partition WHERE topic = $1`,
    [topic],
  );
  return row?.passed ?? 0;
}

/** Waits until something more is committed of each partition of a topic that has ever had a record. */
export async function untilEachMoves(databaseUrl: string, topic: string, withinMs: number): Promise<void> {
  const read = (): Promise<Map<number, number>> => nextOffsets(databaseUrl, topic).catch(() => new Map());
  const before = await until(read, (offsets) => offsets.size > 0, withinMs);
  const hasMoved = (offsets: ReadonlyMap<number, number>): boolean =>
    [...before].every(([partition, offset]) => (offsets.get(partition) ?? 0) > offset);
  await until(read, hasMoved, withinMs);
}

async function nextOffsets(databaseUrl: string, topic: string): Promise<Map<number, number>> {
  const rows = await ask<{ partition: number; next: number }>(
    databaseUrl,
    `SELECT partition, max(next_offset)::int AS next FROM ingest_partition
      WHERE topic = $1 AND next_offset > first_offset GROUP BY partition`,
    [topic],
  );
  return new Map(rows.map(({ partition, next }) => [partition, next]));
}

/** How often partitions were claimed so far. */
export async function claimsMade(databaseUrl: string): Promise<number> {
  const [row] = await ask<{ claims: number }>(
    databaseUrl,
    'SELECT coalesce(sum(epoch), 0)::int AS claims FROM ingest_partition',
  );
  return row?.claims ?? 0;
}

/** Waits until exactly so many offsets were passed. */
export async function untilPassed(databaseUrl: string, topic: string, offsets: number): Promise<void> {
  const read = (): Promise<number> => offsetsPassed(databaseUrl, topic).catch(() => -1);
  await until(read, (passed) => passed === offsets, PATIENCE_MS);
}

/** Waits until another batch is committed. */
export async function untilMoving(databaseUrl: string, topic: string, withinMs: number): Promise<void> {
  const read = (): Promise<number> => offsetsPassed(databaseUrl, topic).catch(() => -1);
  const before = await until(read, (passed) => passed >= 0, withinMs);
  await until(read, (passed) => passed > before, withinMs);
}
