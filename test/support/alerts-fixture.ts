import { randomUUID } from 'node:crypto';
import { deliverAlerts, type DeliverPorts, type DeliveryRound, raiseAlerts } from '@floopy/application';
import { encodeAlert } from '@floopy/contracts';
import { createWebhookSender } from '@floopy/delivery';
import {
  type AlertMeasure,
  type Instant,
  instantOfMilliseconds,
  organizationIdOf,
  type RecordedAlert,
} from '@floopy/domain';
import {
  createAlertStore,
  createDeliveryStore,
  createPool,
  type DatabasePool,
  findOrganizationKey,
  queriesOf,
  saveAlertEndpoint,
} from '@floopy/postgres';
import { createSeededDatabase, type SeededDatabase } from './seeded-database';
import type { WebhookReceiver } from './webhook-receiver';

export const ACME = organizationIdOf('org_acme');
export const NOON = instantOfMilliseconds(Date.UTC(2026, 10, 23, 12));
export const HOUR_MS = 3_600_000;
export const LIMITS = { limit: 64, takenForMs: 30_000, patienceMs: 72 * HOUR_MS };
/** A round in which nothing was due. */
export const NONE: DeliveryRound = { delivered: 0, retried: 0, given_up: 0, endpoint_disabled: 0 };

/** Alerts of one organization over a database of its own, with a clock that the test moves. */
export interface AlertsFixture {
  readonly database: SeededDatabase;
  readonly writer: DatabasePool;
  readonly organizationKey: number;
  readonly ports: DeliverPorts;
  now(): Instant;
  pass(milliseconds: number): void;
  raise(...measures: readonly AlertMeasure[]): Promise<readonly RecordedAlert[]>;
  deliver(): Promise<DeliveryRound>;
  addWebhook(endpointId: string, receiver: WebhookReceiver): Promise<void>;
  addEmail(endpointId: string, address: string): Promise<void>;
  close(): Promise<void>;
}

export async function openAlertsFixture(): Promise<AlertsFixture> {
  let now = NOON;
  const database = await createSeededDatabase();
  const writer = createPool({ url: database.url, role: 'floopy_writer', applicationName: 'alerts', maxConnections: 8 });
  const queries = queriesOf(writer);
  const organizationKey = (await findOrganizationKey(queries, ACME)) ?? 0;
  const clock = (): Instant => now;
  const webhook = createWebhookSender({ timeoutMs: 2_000, insecure: true });
  const ports = { store: createDeliveryStore(writer), senders: { webhook, mail: null }, encode: encodeAlert, clock };
  const raising = { store: createAlertStore(writer), clock, alertId: () => `alr_${randomUUID()}` };
  const made = { createdAt: NOON, createdBy: 'test' };
  return {
    database,
    writer,
    organizationKey,
    ports,
    now: clock,
    pass: (milliseconds) => void (now = instantOfMilliseconds(now + milliseconds)),
    raise: async (...measures) => (await raiseAlerts(raising, { organizationId: ACME, position: 7, measures })) ?? [],
    deliver: () => deliverAlerts(ports, LIMITS),
    addWebhook: (endpointId, { url, secret }) =>
      saveAlertEndpoint(queries, organizationKey, { ...made, endpointId, receiver: { type: 'webhook', url, secret } }),
    addEmail: (endpointId, address) =>
      saveAlertEndpoint(queries, organizationKey, { ...made, endpointId, receiver: { type: 'email', address } }),
    async close() {
      await writer.end();
      await database.drop();
    },
  };
}
