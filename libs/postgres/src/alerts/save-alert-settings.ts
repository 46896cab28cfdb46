import type { AlertSettings, Instant } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { writeAlertSettings } from './alert-settings-content';
import { ALERTS_FOLLOWER } from './alerts-follower';

/**
 * Keeps what an organization wants to be told of from now on, in place of what it said before. Its alerts are judged by it at
 * the next round, though nothing has moved.
 */
export async function saveAlertSettings(
  queries: Queries,
  organizationKey: number,
  settings: AlertSettings,
  { changedBy, changedAt }: { readonly changedBy: string; readonly changedAt: Instant },
): Promise<void> {
  await queries.query({
    name: 'save_alert_settings',
    text: `
      WITH judged AS (
             DELETE FROM follower_checkpoint WHERE organization_key = $1 AND follower = $5)
      INSERT INTO alert_settings (organization_key, content, changed_at, changed_by)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (organization_key) DO UPDATE
         SET content = excluded.content, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    values: [organizationKey, writeAlertSettings(settings), timestampOf(changedAt), changedBy, ALERTS_FOLLOWER],
  });
}
