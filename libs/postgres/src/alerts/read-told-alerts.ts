import { DEFAULT_ALERT_SETTINGS, type AlertSettings, type OrganizationId, organizationIdOf } from '@floopy/domain';
import { textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { readAlertSettings } from './alert-settings-content';

/** What an organization wants to be told of, and the keys of what it was told and has not recovered. */
export interface StoredTelling {
  readonly organizationKey: number;
  readonly settings: AlertSettings;
  readonly disarmed: ReadonlySet<string>;
}

interface TellingRow {
  readonly organization_id: string;
  readonly organization_key: number;
  readonly content: string | null;
  readonly disarmed: string[];
}

/** By organization; one that does not exist is absent. */
export async function readToldAlerts(
  queries: Queries,
  organizationIds: readonly OrganizationId[],
): Promise<Map<OrganizationId, StoredTelling>> {
  const rows = await queries.query<TellingRow>({
    name: 'read_told_alerts',
    text: `
      SELECT organization_id, organization_key, content,
             ARRAY(SELECT alert_key
                     FROM disarmed_alert
                    WHERE disarmed_alert.organization_key = organization.organization_key) AS disarmed
        FROM organization
        LEFT JOIN alert_settings USING (organization_key)
       WHERE organization_id = ANY ($1::text[])`,
    values: [textArray(organizationIds)],
  });
  return new Map(
    rows.map((row) => [
      organizationIdOf(row.organization_id),
      {
        organizationKey: row.organization_key,
        settings: row.content === null ? DEFAULT_ALERT_SETTINGS : readAlertSettings(row.content),
        disarmed: new Set(row.disarmed),
      },
    ]),
  );
}
