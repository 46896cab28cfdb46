import { Client } from 'pg';
import type { Manifest } from './manifest';

/** Where the ledger differs from what the generator knows; empty when nothing was lost, doubled or mispriced. */
export async function compareWithManifest(databaseUrl: string, manifest: Manifest): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'drill' });
  await client.connect();
  try {
    const streams = await client.query<{ id: string; events: number; charged: string; counted: number }>(
      `SELECT organization_id AS id, count(*)::int AS events, count(*) FILTER (WHERE counted)::int AS counted,
              (-sum(amount) * 10000000000)::numeric(40, 0)::text AS charged
         FROM ledger_event JOIN organization USING (organization_key) GROUP BY organization_id`,
    );
    const partitions = await client.query<{ offsets: number; applied: number; duplicates: number; parked: number }>(
      `SELECT sum(next_offset - first_offset)::int AS offsets, sum(applied)::int AS applied,
              sum(duplicates)::int AS duplicates, sum(parked)::int AS parked FROM ingest_partition`,
    );
    const found = new Map(streams.rows.map((row) => [row.id, row]));
    return [
      ...[...manifest.expected].flatMap(([organization, { events, chargedUnits }]) => {
        const row = found.get(organization) ?? { events: 0, counted: 0, charged: '0' };
        return [
          ...difference(`${organization} events`, events, row.events),
          ...difference(`${organization} counted requests`, events, row.counted),
          ...difference(`${organization} charged units`, chargedUnits, BigInt(row.charged)),
        ];
      }),
      ...difference('offsets passed', manifest.sent, partitions.rows[0]?.offsets ?? 0),
      ...difference('applied', manifest.distinct, partitions.rows[0]?.applied ?? 0),
      ...difference(
        'duplicates',
        manifest.sent - manifest.distinct - manifest.parked,
        partitions.rows[0]?.duplicates ?? 0,
      ),
      ...difference('parked', manifest.parked, partitions.rows[0]?.parked ?? 0),
    ];
  } finally {
    await client.end();
  }
}

/** A fault unless both are the same. */
export function difference<Value>(what: string, expected: Value, found: Value): string[] {
  return expected === found ? [] : [`${what}: expected ${String(expected)}, found ${String(found)}`];
}
