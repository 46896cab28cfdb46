import type { DatabasePool } from '@floopy/postgres';

/** A table or an index, with the bytes that it takes on disk, its free-space and visibility maps included. */
export interface RelationSize {
  readonly table: string;
  /** Null for the table itself, its oversized values included. */
  readonly index: string | null;
  readonly bytes: number;
}

/** Cleans up as autovacuum would, then asks for the size of everything in the schema. */
export async function vacuumedSizes(pool: DatabasePool): Promise<RelationSize[]> {
  await pool.query('VACUUM (ANALYZE)');
  const { rows } = await pool.query<RelationSize>(`
    SELECT relname AS table, NULL AS index, pg_table_size(oid)::float8 AS bytes
      FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_total_relation_size(indexrelid)::float8
      FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace
     ORDER BY 1, 2 NULLS FIRST`);
  return rows;
}
