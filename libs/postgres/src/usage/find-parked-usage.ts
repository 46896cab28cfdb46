import { type DeadLetterReason, type Instant, instantOfMilliseconds, type OrganizationId } from '@floopy/domain';
import type { Queries } from '../connection/queries';

export interface ParkedUsage {
  readonly reason: DeadLetterReason;
  readonly parkedAt: Instant;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
}

interface ParkedRow {
  readonly reason: DeadLetterReason;
  readonly parked_at: Date;
  readonly faults: ParkedUsage['faults'];
}

/** Why the usage event with this id was parked, the latest time that it was; null when it never was. */
export async function findParkedUsage(
  queries: Queries,
  organizationId: OrganizationId,
  source: string,
  eventId: string,
): Promise<ParkedUsage | null> {
  const rows = await queries.query<ParkedRow>({
    name: 'find_parked_usage',
    text: `
      SELECT reason, parked_at, faults
        FROM dead_letter
       WHERE organization_id = $1 AND source = $2 AND event_id = $3
       ORDER BY dead_letter_key DESC
       LIMIT 1`,
    values: [organizationId, source, eventId],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return { reason: row.reason, parkedAt: instantOfMilliseconds(row.parked_at.getTime()), faults: row.faults };
}
