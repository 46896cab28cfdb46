import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readAlertSettings } from './alert-settings-content';

/** What an organization wants to be told of; the defaults until it says otherwise. */
export async function findAlertSettings(queries: Queries, organizationKey: number): Promise<AlertSettings> {
  const [row] = await queries.query<{ content: string }>({
    name: 'find_alert_settings',
    text: 'SELECT content FROM alert_settings WHERE organization_key = $1',
    values: [organizationKey],
  });
  return row === undefined ? DEFAULT_ALERT_SETTINGS : readAlertSettings(row.content);
}
