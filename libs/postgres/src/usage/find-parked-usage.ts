import { type DeadLetterReason, type Instant, instantOfMilliseconds, type OrganizationId } from '@floopy/domain';
import type { Queries } from '../connection/queries';

export interface ParkedUsage {
  readonly reason: DeadLetterReason;
  readonly parkedAt: Instant;
  /** When an operator has decided that nothing is ever made of it; null while it waits. */
  readonly discardedAt: Instant | null;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
}

interface ParkedRow {
  readonly reason: DeadLetterReason;
  readonly parked_at: Date;
  readonly resolved_at: Date | null;
  readonly faults: ParkedUsage['faults'];
}

/**
 * Why the usage event with this id was parked, the latest time that it was and something was not made of it since; null
 * when there is no such time. One that still waits goes before one that was discarded.
 */
export async function findParkedUsage(
  queries: Queries,
  organizationId: OrganizationId,
  source: string,
  eventId: string,
): Promise<ParkedUsage | null> {
  const rows = await queries.query<ParkedRow>({
    name: 'find_parked_usage',
    text: `
      SELECT reason, parked_at, resolved_at, faults
        FROM dead_letter
       WHERE organization_id = $1 AND source = $2 AND event_id = $3 AND status IN ('parked', 'discarded')
       ORDER BY status = 'parked' DESC, dead_letter_key DESC
       LIMIT 1`,
    values: [organizationId, source, eventId],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { reason, faults, parked_at: parkedAt, resolved_at: discardedAt } = row;
  return {
    reason,
    faults,
    parkedAt: instantOfMilliseconds(parkedAt.getTime()),
    discardedAt: discardedAt === null ? null : instantOfMilliseconds(discardedAt.getTime()),
  };
}
