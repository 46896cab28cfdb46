import { int4Array, int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Notes how far streams were handed on. A checkpoint never goes back. */
export async function saveRelayCheckpoints(
  queries: Queries,
  checkpoints: readonly { readonly organizationKey: number; readonly sequence: number }[],
): Promise<void> {
  if (checkpoints.length === 0) return;
  await queries.query({
    name: 'save_relay_checkpoints',
    text: `
      INSERT INTO relay_checkpoint AS checkpoint (organization_key, sequence)
      SELECT * FROM unnest($1::int4[], $2::int8[])
      ON CONFLICT (organization_key) DO UPDATE SET sequence = greatest(checkpoint.sequence, excluded.sequence)`,
    values: [
      int4Array(checkpoints.map(({ organizationKey }) => organizationKey)),
      int8Array(checkpoints.map(({ sequence }) => sequence)),
    ],
  });
}
