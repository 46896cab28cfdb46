import type { JournaledHold } from '@floopy/application';
import { type Hold, type Instant, instantOfMilliseconds, type OrganizationId } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';

export interface HoldRow {
  readonly request_id: string;
  readonly attempt_id: string;
  readonly hold_id: string;
  readonly team_id: string | null;
  readonly amount: string;
  readonly admitted_at: Date;
  readonly expires_at: Date;
}

interface OpenHoldRow extends HoldRow {
  readonly position: string;
}

/** The holds of an organization that the journal has as open, and that have not expired by `now`. */
export async function readOpenHolds(
  queries: Queries,
  { organizationKey, organizationId }: { readonly organizationKey: number; readonly organizationId: OrganizationId },
  now: Instant,
): Promise<JournaledHold[]> {
  const rows = await queries.query<OpenHoldRow>({
    name: 'read_open_holds',
    text: `
      SELECT request_id, attempt_id, hold_id, team_id, amount, position, admitted_at, expires_at
        FROM hold
       WHERE organization_key = $1 AND state = 1 AND expires_at > $2
       ORDER BY expires_at, request_id, attempt_id`,
    values: [organizationKey, timestampOf(now)],
  });
  return rows.map((row) => ({ organizationId, position: Number(row.position), hold: mapHold(row) }));
}

/** An attempt that is not named is stored as an empty one, since it is part of the key. */
export function mapHold(row: HoldRow): Hold {
  return {
    holdId: row.hold_id,
    requestId: row.request_id,
    attemptId: row.attempt_id === '' ? null : row.attempt_id,
    teamId: row.team_id,
    amount: amountOfRow(row.amount),
    admittedAt: instantOfMilliseconds(row.admitted_at.getTime()),
    expiresAt: instantOfMilliseconds(row.expires_at.getTime()),
  };
}
