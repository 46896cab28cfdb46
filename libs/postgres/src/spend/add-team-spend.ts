import type { TeamSpend } from '@floopy/domain';
import { int4Array, int8Array, numericArray, textArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/**
 * Adds what teams spent, in the transaction that moves the checkpoints. A team is known by the label that the ledger's rows
 * name it with; one without a label was on no row, and fails the transaction.
 */
export async function addTeamSpend(
  transaction: Queries,
  added: readonly { readonly organizationKey: number; readonly team: TeamSpend }[],
): Promise<void> {
  if (added.length === 0) return;
  await transaction.query({
    name: 'add_team_spend',
    text: `
      INSERT INTO team_spend AS known (organization_key, period_start, team_key, requests, spend)
      SELECT added.organization_key, added.period_start,
             CASE WHEN added.team_id IS NULL THEN 0 ELSE label.label_key END, added.requests, added.spend
        FROM unnest($1::int4[], $2::timestamptz[], $3::text[], $4::int8[], $5::numeric[])
             AS added (organization_key, period_start, team_id, requests, spend)
        LEFT JOIN label ON label.organization_key = added.organization_key AND label.kind = 1
                       AND label.value = added.team_id
      ON CONFLICT (organization_key, period_start, team_key) DO UPDATE
         SET requests = known.requests + excluded.requests, spend = known.spend + excluded.spend`,
    values: [
      int4Array(added.map(({ organizationKey }) => organizationKey)),
      timestamptzArray(added.map(({ team }) => team.period.start)),
      textArray(added.map(({ team }) => team.teamId)),
      int8Array(added.map(({ team }) => team.requests)),
      numericArray(added.map(({ team }) => team.spend)),
    ],
  });
}
