import { int4Array, int8Array } from '../connection/binary-array';
import { onlyRow, type Queries } from '../connection/queries';
import { SPEND_FOLLOWER } from './spend-follower';
import type { SpendingStretch } from './read-spending-events';

/**
 * Moves checkpoints from the begin of each stretch to its end.
 * @throws when one of them is no longer where the stretch begins: somebody has absorbed it already, or builds the sums anew,
 * and what this transaction adds would be there twice.
 */
export async function moveSpendCheckpoints(transaction: Queries, absorbed: readonly SpendingStretch[]): Promise<void> {
  if (absorbed.length === 0) return;
  const rows = await transaction.query<{ moved: string }>({
    name: 'move_spend_checkpoints',
    text: `
      WITH absorbed AS (
             SELECT * FROM unnest($2::int4[], $3::int8[], $4::int8[]) AS stretch (organization_key, after, through)),
           begun AS (
             INSERT INTO follower_checkpoint (organization_key, follower, sequence)
             SELECT organization_key, $1::int2, through FROM absorbed WHERE after = 0
             ON CONFLICT DO NOTHING
             RETURNING 1),
           moved AS (
             UPDATE follower_checkpoint AS checkpoint
                SET sequence = absorbed.through
               FROM absorbed
              WHERE checkpoint.organization_key = absorbed.organization_key AND checkpoint.follower = $1
                AND checkpoint.sequence = absorbed.after
             RETURNING 1)
      SELECT (SELECT count(*) FROM begun) + (SELECT count(*) FROM moved) AS moved`,
    values: [
      SPEND_FOLLOWER,
      int4Array(absorbed.map(({ organizationKey }) => organizationKey)),
      int8Array(absorbed.map(({ after }) => after)),
      int8Array(absorbed.map(({ through }) => through)),
    ],
  });
  const moved = Number(onlyRow(rows).moved);
  if (moved === absorbed.length) return;
  throw new Error(`${absorbed.length - moved} checkpoint(s) of spend were moved by another follower`);
}
