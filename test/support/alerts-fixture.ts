import { randomUUID } from 'node:crypto';
import {
  AlertDeliveries,
  type AlertReceiver,
  DELIVERY_LANES,
  type DeliverPorts,
  type DeliveryTally,
  MOST_ALERT_ENDPOINTS,
  raiseAlerts,
  type RaisePorts,
} from '@floopy/application';
import { encodeAlert } from '@floopy/contracts';
import { createWebhookSender } from '@floopy/delivery';
import {
  type AlertStanding,
  type Instant,
  instantOfMilliseconds,
  NO_TERMS,
  organizationIdOf,
  planCatalogueOf,
  type RecordedAlert,
} from '@floopy/domain';
import {
  createAlertStore,
  createDeliveryStore,
  createPool,
  type DatabasePool,
  findOrganizationKey,
  queriesOf,
  readPlans,
  saveAlertEndpoint,
} from '@floopy/postgres';
import { cents } from './an-admission-question';
import { createSeededDatabase, type SeededDatabase } from './seeded-database';
import type { WebhookReceiver } from './webhook-receiver';

export const ACME = organizationIdOf('org_acme');
export const NOON = instantOfMilliseconds(Date.UTC(2026, 10, 23, 12));
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const LIMITS = { limit: 64, limitOfReceiver: 64, takenForMs: 30_000, patienceMs: 72 * HOUR_MS };
/** When nothing was due. */
export const NONE: DeliveryTally = { delivered: 0, retried: 0, given_up: 0, endpoint_disabled: 0 };

/** Alerts of one organization over a database of its own, with a clock that the test moves. */
export interface AlertsFixture {
  readonly database: SeededDatabase;
  readonly writer: DatabasePool;
  readonly organizationKey: number;
  readonly ports: DeliverPorts;
  now(): Instant;
  pass(milliseconds: number): void;
  /** Judges the organization as if it stood like this: where nothing is stated, nothing is told. @returns what was raised */
  raise(stated: Partial<AlertStanding>): Promise<readonly RecordedAlert[]>;
  /** Makes one attempt at everything that is due, with these ports or its own. */
  deliver(ports?: Partial<DeliverPorts>, limits?: Partial<typeof LIMITS>): Promise<DeliveryTally>;
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
  const calm = await aCalmStanding(database.pool);
  const store = createAlertStore(writer, { organizations: 10, sweepEveryMs: HOUR_MS }, () => null);
  async function add(endpointId: string, receiver: AlertReceiver): Promise<void> {
    const made = { createdAt: NOON, createdBy: 'test' };
    await saveAlertEndpoint(queries, organizationKey, { ...made, endpointId, receiver }, MOST_ALERT_ENDPOINTS);
  }
  return {
    database,
    writer,
    organizationKey,
    ports,
    now: clock,
    pass: (milliseconds) => void (now = instantOfMilliseconds(now + milliseconds)),
    async raise(stated) {
      const raised: RecordedAlert[] = [];
      await raiseAlerts({
        store: standingAs(store, { ...calm, ...stated }),
        clock,
        alertId: () => `alr_${randomUUID()}`,
        onRaised: (alerts) => void raised.push(...alerts),
      });
      return raised;
    },
    deliver: (other = {}, limits = {}) => deliverOnce({ ...ports, ...other }, { ...LIMITS, ...limits }),
    addWebhook: (endpointId, { url, secret }) => add(endpointId, { type: 'webhook', url, secret }),
    addEmail: (endpointId, address) => add(endpointId, { type: 'email', address }),
    async close() {
      await writer.end();
      await database.drop();
    },
  };
}

/** Nothing of it is told under the default settings. */
async function aCalmStanding(pool: DatabasePool): Promise<AlertStanding> {
  return {
    position: 7,
    balance: cents(100_000),
    terms: NO_TERMS,
    plans: planCatalogueOf(await readPlans(queriesOf(pool))),
    latest: null,
    spending: null,
    parked: [],
  };
}

/** The real store, in whose rounds one organization is due, and stands like this. */
function standingAs(store: RaisePorts['store'], standing: AlertStanding): RaisePorts['store'] {
  const subjects = [{ organizationId: ACME, standing }];
  return {
    inTurn: (work) =>
      store.inTurn((round) => work({ ...round, readDue: () => Promise.resolve({ subjects, hasMore: false }) })),
  };
}

/** All lanes find what is due before any of them makes an attempt. */
async function deliverOnce(ports: DeliverPorts, limits: typeof LIMITS): Promise<DeliveryTally> {
  const lanes = DELIVERY_LANES.filter(({ type }) => type === 'webhook' || ports.senders.mail !== null).map(
    (lane) => new AlertDeliveries(ports, { ...limits, lane }),
  );
  await Promise.all(lanes.map((lane) => lane.begin()));
  await Promise.all(lanes.map((lane) => lane.settle()));
  const ended = { ...NONE } as Record<keyof DeliveryTally, number>;
  for (const { tally } of lanes) {
    for (const ending of ENDINGS) ended[ending] += tally[ending];
  }
  return ended;
}

const ENDINGS = ['delivered', 'retried', 'given_up', 'endpoint_disabled'] as const;
