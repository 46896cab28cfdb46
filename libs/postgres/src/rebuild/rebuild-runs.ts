import type { PendingOrganization, RebuildRequest } from '@floopy/application';
import { organizationIdOf } from '@floopy/domain';
import { int4Array, textArray } from '../connection/binary-array';
import { onlyRow, type Queries } from '../connection/queries';

/** An interrupted rebuild is gone on with for so long; later, what it had compared says too little. */
const RESUMED_WITHIN_HOURS = 24;

export interface BegunRebuild {
  readonly rebuildNumber: number;
  readonly isResumed: boolean;
}

/** Takes an interrupted rebuild of the same request up again, or begins one. The caller holds the turn. */
export async function beginRebuild(
  queries: Queries,
  { projections }: RebuildRequest,
  organizationKey: number | null,
): Promise<BegunRebuild> {
  const rows = await queries.query<{ rebuild_number: string; is_resumed: boolean }>({
    name: 'begin_rebuild',
    text: `
      WITH interrupted AS (
             SELECT max(rebuild_number) AS rebuild_number
               FROM rebuild_run
              WHERE ended_at IS NULL AND projections = $1::text[] AND organization_key IS NOT DISTINCT FROM $2::int4
                AND begun_at > clock_timestamp() - $3::int4 * interval '1 hour'),
           begun AS (
             INSERT INTO rebuild_run (projections, organization_key)
             SELECT $1::text[], $2::int4 FROM interrupted WHERE rebuild_number IS NULL
             RETURNING rebuild_number)
      SELECT rebuild_number, true AS is_resumed FROM interrupted WHERE rebuild_number IS NOT NULL
       UNION ALL
      SELECT rebuild_number, false FROM begun`,
    values: [textArray([...projections].sort()), organizationKey, RESUMED_WITHIN_HOURS],
  });
  const { rebuild_number: rebuildNumber, is_resumed: isResumed } = onlyRow(rows);
  return { rebuildNumber: Number(rebuildNumber), isResumed };
}

/** Ends a rebuild, and forgets how far it and those that nobody has gone on with had come. */
export async function endRebuild(queries: Queries, rebuildNumber: number): Promise<void> {
  await queries.query({
    name: 'end_rebuild',
    text: `
      WITH ended AS (
             UPDATE rebuild_run SET ended_at = clock_timestamp()
              WHERE rebuild_number = $1
                 OR (ended_at IS NULL AND begun_at < clock_timestamp() - $2::int4 * interval '1 hour')
             RETURNING rebuild_number)
      DELETE FROM rebuild_progress WHERE rebuild_number IN (SELECT rebuild_number FROM ended)`,
    values: [rebuildNumber, RESUMED_WITHIN_HOURS],
  });
}

export type PendingKey = PendingOrganization & { readonly organizationKey: number };

/** Organizations that a rebuild has not compared yet; all of them for one that keeps no progress. */
export async function readPending(
  queries: Queries,
  rebuildNumber: number | null,
  organizationKey: number | null,
): Promise<PendingKey[]> {
  const rows = await queries.query<{
    organization_key: number;
    organization_id: string;
    sequence: string;
    built: string | null;
  }>({
    name: 'read_pending_rebuild',
    text: `
      SELECT organization.organization_key, organization_id, coalesce(head.sequence, 0) AS sequence, progress.built
        FROM organization
        LEFT JOIN organization_head AS head USING (organization_key)
        LEFT JOIN rebuild_progress AS progress
          ON progress.organization_key = organization.organization_key AND progress.rebuild_number = $1
       WHERE ($2::int4 IS NULL OR organization.organization_key = $2)
         AND (progress.organization_key IS NULL OR progress.built IS NOT NULL)
       ORDER BY organization.organization_key`,
    values: [rebuildNumber, organizationKey],
  });
  return rows.map((row) => ({
    organizationKey: row.organization_key,
    organizationId: organizationIdOf(row.organization_id),
    position: Number(row.sequence),
    built: row.built,
  }));
}

/** Notes what was built of some organizations so far; null for those that were compared. */
export async function saveRebuildProgress(
  queries: Queries,
  rebuildNumber: number,
  progress: readonly { readonly organizationKey: number; readonly built: string | null }[],
): Promise<void> {
  if (progress.length === 0) return;
  await queries.query({
    name: 'save_rebuild_progress',
    text: `
      INSERT INTO rebuild_progress (rebuild_number, organization_key, built)
      SELECT $1, organization_key, built FROM unnest($2::int4[], $3::text[]) AS progress (organization_key, built)
      ON CONFLICT (rebuild_number, organization_key) DO UPDATE SET built = excluded.built`,
    values: [
      rebuildNumber,
      int4Array(progress.map(({ organizationKey }) => organizationKey)),
      textArray(progress.map(({ built }) => built)),
    ],
  });
}
