import {
  type AlertSettings,
  type AlertSettingsFault,
  type Instant,
  type OrganizationId,
  validateAlertSettings,
} from '@floopy/domain';

export interface AlertSettingsChange {
  readonly organizationId: OrganizationId;
  readonly settings: AlertSettings;
  /** The member or API key who asks. */
  readonly changedBy: string;
}

export interface ChangeAlertSettingsPorts {
  readonly store: { saveSettings(change: AlertSettingsChange & { readonly changedAt: Instant }): Promise<void> };
  readonly clock: () => Instant;
}

/** Changes what an organization wants to be told of; it is judged by it at once. @returns what forbids it; empty when done */
export async function changeAlertSettings(
  { store, clock }: ChangeAlertSettingsPorts,
  change: AlertSettingsChange,
): Promise<readonly AlertSettingsFault[]> {
  const faults = validateAlertSettings(change.settings);
  if (faults.length === 0) await store.saveSettings({ ...change, changedAt: clock() });
  return faults;
}
