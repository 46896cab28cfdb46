import type { ReplacedProjections } from '@floopy/application';
import type { RecordedTeamSpend } from '@floopy/application';
import type { HourlySpend, PeriodCount } from '@floopy/domain';
import { timestampOf } from '../connection/timestamp';
import type { Queries } from '../connection/queries';
import { addMonthlyUsage } from '../monthly-usage/add-monthly-usage';
import { addCarriedOverage } from '../overage/add-carried-overage';
import { addPeriodOverage } from '../overage/add-period-overage';
import { addHourlySpend } from '../spend/add-hourly-spend';
import { addTeamSpend } from '../spend/add-team-spend';
import { SPEND_FOLLOWER } from '../spend/spend-follower';

/**
 * Puts what was built in the place of an organization's rows, in the transaction that holds the lock of its ledger and the
 * turn of whoever absorbs spend: a reader sees all of the rows before, or all of these.
 */
export async function replaceProjections(
  transaction: Queries,
  organizationKey: number,
  { months, periods, carried, latest, teams, hours, absorbedTo }: ReplacedProjections,
): Promise<void> {
  if (months !== undefined) {
    await deleteRows(transaction, 'monthly_usage', organizationKey);
    await addMonthlyUsage(
      transaction,
      (months ?? []).map((month) => ({ organizationKey, month })),
    );
  }
  if (periods !== undefined) {
    await deleteRows(transaction, 'period_overage', organizationKey);
    await addPeriodOverage(
      transaction,
      periods.map((overage) => ({ organizationKey, overage })),
    );
  }
  if (carried !== undefined) {
    await deleteRows(transaction, 'carried_overage', organizationKey);
    await addCarriedOverage(
      transaction,
      carried.map((overage) => ({ organizationKey, carried: overage })),
    );
  }
  if (latest !== undefined) await replaceLatest(transaction, organizationKey, latest);
  if (teams !== undefined) await replaceTeams(transaction, organizationKey, teams);
  if (hours !== undefined) await replaceHours(transaction, organizationKey, hours);
  if (absorbedTo !== undefined) await replaceCheckpoint(transaction, organizationKey, absorbedTo);
}

type ReplacedTable = 'monthly_usage' | 'period_overage' | 'carried_overage' | 'team_spend' | 'hourly_spend';

async function deleteRows(transaction: Queries, table: ReplacedTable, organizationKey: number): Promise<void> {
  await transaction.query({ text: `DELETE FROM ${table} WHERE organization_key = $1`, values: [organizationKey] });
}

async function replaceTeams(
  transaction: Queries,
  organizationKey: number,
  teams: readonly RecordedTeamSpend[],
): Promise<void> {
  await deleteRows(transaction, 'team_spend', organizationKey);
  await addTeamSpend(
    transaction,
    // Only its begin is stored of the period.
    teams.map(({ periodStart, ...team }) => ({
      organizationKey,
      team: { ...team, period: { start: periodStart, end: periodStart } },
    })),
  );
}

async function replaceHours(
  transaction: Queries,
  organizationKey: number,
  hours: readonly HourlySpend[],
): Promise<void> {
  await deleteRows(transaction, 'hourly_spend', organizationKey);
  await addHourlySpend(
    transaction,
    hours.map((hour) => ({ organizationKey, hour })),
  );
}

async function replaceLatest(transaction: Queries, organizationKey: number, latest: PeriodCount | null): Promise<void> {
  await transaction.query({
    text: 'UPDATE organization_head SET period_start = $2, period_requests = $3 WHERE organization_key = $1',
    values: [organizationKey, latest === null ? null : timestampOf(latest.periodStart), latest?.requests ?? null],
  });
}

/** A checkpoint of an empty ledger is none. */
async function replaceCheckpoint(transaction: Queries, organizationKey: number, absorbedTo: number): Promise<void> {
  await transaction.query({
    text: 'DELETE FROM follower_checkpoint WHERE organization_key = $1 AND follower = $2',
    values: [organizationKey, SPEND_FOLLOWER],
  });
  if (absorbedTo === 0) return;
  await transaction.query({
    text: 'INSERT INTO follower_checkpoint (organization_key, follower, sequence) VALUES ($1, $2, $3)',
    values: [organizationKey, SPEND_FOLLOWER, absorbedTo],
  });
}
