import type { OrganizationId } from '@floopy/domain';
import type { Transaction } from '../connection/transaction';

/** The first of two numbers; the second is the organization. The ledger's own lock is left to those who append. */
const ALERTS_LOCK = 7_305_130;

/** Lets nobody else raise an organization's alerts until the transaction ends; null when there is no such organization. */
export async function lockAlerts(transaction: Transaction, organizationId: OrganizationId): Promise<number | null> {
  const [row] = await transaction.query<{ organization_key: number }>({
    name: 'lock_alerts',
    text: `
      SELECT organization_key, pg_advisory_xact_lock(${ALERTS_LOCK}, organization_key)
        FROM organization
       WHERE organization_id = $1`,
    values: [organizationId],
  });
  return row?.organization_key ?? null;
}
