import type { Role } from '@floopy/domain';
import type { Transaction } from '../connection/transaction';
import { roleCodes } from './terms-codes';

/** Lets somebody act in a role, in the transaction that records it. */
export async function saveMember(
  transaction: Transaction,
  organizationKey: number,
  memberId: string,
  role: Role,
): Promise<void> {
  await transaction.query({
    name: 'save_member',
    text: `
      INSERT INTO member (organization_key, member_id, role)
      VALUES ($1, $2, $3)
      ON CONFLICT (organization_key, member_id) DO UPDATE SET role = excluded.role`,
    values: [organizationKey, memberId, roleCodes.codeOf(role)],
  });
}
