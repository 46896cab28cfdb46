import type { AddAlertEndpointPorts, ChangeAlertSettingsPorts, SendTestAlertPorts } from '@floopy/application';
import { assert, type OrganizationId } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { type Queries, queriesOf } from '../connection/queries';
import { findOrganizationKey } from '../organization/find-organization-key';
import { deleteAlertEndpoint } from './delete-alert-endpoint';
import { saveAlertEndpoint } from './save-alert-endpoint';
import { saveAlertSettings } from './save-alert-settings';
import { saveTestAlert } from './save-test-alert';

export type AlertChoicesStore = ChangeAlertSettingsPorts['store'] &
  AddAlertEndpointPorts['store'] &
  SendTestAlertPorts['store'] & {
    /** @returns whether there was one */
    deleteEndpoint(organizationId: OrganizationId, endpointId: string): Promise<boolean>;
  };

/** What organizations choose of their alerts, over the writer's pool. Each of these is asked of an organization that exists. */
export function createAlertChoicesStore(pool: DatabasePool): AlertChoicesStore {
  const queries = queriesOf(pool);
  return {
    async saveSettings({ organizationId, settings, changedBy, changedAt }) {
      await saveAlertSettings(queries, await keyOf(queries, organizationId), settings, { changedBy, changedAt });
    },
    async saveEndpoint(organizationId, endpoint, most) {
      return saveAlertEndpoint(queries, await keyOf(queries, organizationId), endpoint, most);
    },
    saveTest: (alert, endpointId) => saveTestAlert(queries, alert, endpointId),
    async deleteEndpoint(organizationId, endpointId) {
      return deleteAlertEndpoint(queries, await keyOf(queries, organizationId), endpointId);
    },
  };
}

async function keyOf(queries: Queries, organizationId: OrganizationId): Promise<number> {
  const key = await findOrganizationKey(queries, organizationId);
  assert(key !== null, 'an organization that chooses exists');
  return key;
}
