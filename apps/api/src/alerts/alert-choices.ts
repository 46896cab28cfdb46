import type { AddAlertEndpointPorts, ChangeAlertSettingsPorts, SendTestAlertPorts } from '@floopy/application';
import { refuseWebhookUrl } from '@floopy/delivery';
import { type AlertChoicesStore, createAlertChoicesStore, type DatabasePool } from '@floopy/postgres';
import { randomText, systemClock } from '@floopy/runtime';
import type { ApiConfig } from '../config';

export const ALERT_CHOICES = Symbol('ALERT_CHOICES');

/** What the use cases of alerts need, over the writer's pool. */
export type AlertChoices = ChangeAlertSettingsPorts &
  AddAlertEndpointPorts &
  SendTestAlertPorts & { readonly store: AlertChoicesStore };

const ID_BYTES = 12;

export function openAlertChoices(
  writer: DatabasePool,
  { ALERT_EMAILS: hasMailServer, WEBHOOK_INSECURE: insecure }: Pick<ApiConfig, 'ALERT_EMAILS' | 'WEBHOOK_INSECURE'>,
): AlertChoices {
  return {
    store: createAlertChoicesStore(writer),
    reach: { hasMailServer, refuseUrl: (url) => refuseWebhookUrl(url, { insecure }) },
    clock: systemClock,
    random: { key: (bytes) => Buffer.from(randomText(bytes), 'base64url').toString('base64'), text: randomText },
    alertId: () => `alr_${randomText(ID_BYTES)}`,
  };
}
