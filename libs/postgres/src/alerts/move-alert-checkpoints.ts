import { int2Array, int4Array, int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { ALERTS_FOLLOWER, ALERTS_TERMS_FOLLOWER } from './alerts-follower';

/** Where an organization stood when its alerts were judged. */
export interface JudgedPosition {
  readonly organizationKey: number;
  readonly position: number;
  readonly termsVersion: number;
}

/** Notes how far ledgers and terms were judged, in the transaction that keeps what was raised. */
export async function moveAlertCheckpoints(transaction: Queries, judged: readonly JudgedPosition[]): Promise<void> {
  const rows = judged
    .flatMap(({ organizationKey, position, termsVersion }) => [
      { organizationKey, follower: ALERTS_FOLLOWER, sequence: position },
      { organizationKey, follower: ALERTS_TERMS_FOLLOWER, sequence: termsVersion },
    ])
    // Before its first entry or change there is nothing to note.
    .filter(({ sequence }) => sequence > 0);
  if (rows.length === 0) return;
  await transaction.query({
    name: 'move_alert_checkpoints',
    text: `
      INSERT INTO follower_checkpoint AS known (organization_key, follower, sequence)
      SELECT * FROM unnest($1::int4[], $2::int2[], $3::int8[])
      ON CONFLICT (organization_key, follower) DO UPDATE SET sequence = excluded.sequence
       WHERE known.sequence <> excluded.sequence`,
    values: [
      int4Array(rows.map(({ organizationKey }) => organizationKey)),
      int2Array(rows.map(({ follower }) => follower)),
      int8Array(rows.map(({ sequence }) => sequence)),
    ],
  });
}
