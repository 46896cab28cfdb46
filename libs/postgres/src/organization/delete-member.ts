import type { Transaction } from '../connection/transaction';

/** Lets somebody act no longer, in the transaction that records it: keys of that member are refused from then on. */
export async function deleteMember(transaction: Transaction, organizationKey: number, memberId: string): Promise<void> {
  await transaction.query({
    name: 'delete_member',
    text: 'DELETE FROM member WHERE organization_key = $1 AND member_id = $2',
    values: [organizationKey, memberId],
  });
}
