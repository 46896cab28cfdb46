import { type Instant, instantOfMilliseconds, type OrganizationId } from '@floopy/domain';
import type { Transaction } from '../connection/transaction';

/** The end of an organization's ledger, which nobody else moves until the transaction ends. */
export interface LockedHead {
  readonly organizationKey: number;
  readonly position: number;
  readonly recordedAt: Instant;
}

interface HeadRow {
  readonly organization_key: number;
  readonly sequence: string;
  readonly recorded_at: Date;
}

/** Locks one organization's head, as everybody does who appends; null when there is no such organization. */
export async function lockHead(transaction: Transaction, organizationId: OrganizationId): Promise<LockedHead | null> {
  const rows = await transaction.query<HeadRow>({
    name: 'lock_head',
    text: `
      SELECT organization_key, sequence, recorded_at
        FROM organization
        JOIN organization_head USING (organization_key)
       WHERE organization_id = $1
         FOR UPDATE OF organization_head`,
    values: [organizationId],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return {
    organizationKey: row.organization_key,
    position: Number(row.sequence),
    recordedAt: instantOfMilliseconds(row.recorded_at.getTime()),
  };
}
