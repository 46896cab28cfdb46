import type { AlertSettings, Instant } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { writeAlertSettings } from './alert-settings-content';

/** Keeps what an organization wants to be told of from now on, in place of what it said before. */
export async function saveAlertSettings(
  queries: Queries,
  organizationKey: number,
  settings: AlertSettings,
  { changedBy, changedAt }: { readonly changedBy: string; readonly changedAt: Instant },
): Promise<void> {
  await queries.query({
    name: 'save_alert_settings',
    text: `
      INSERT INTO alert_settings (organization_key, content, changed_at, changed_by)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (organization_key) DO UPDATE
         SET content = excluded.content, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    values: [organizationKey, writeAlertSettings(settings), timestampOf(changedAt), changedBy],
  });
}
