import { AlertDeliveries, DELIVERY_LANES, raiseAlerts, type RaisePorts, relayAlerts } from '@floopy/application';
import { encodeAlert } from '@floopy/contracts';
import { createMailSender, createWebhookSender } from '@floopy/delivery';
import { createKafka, Publisher } from '@floopy/kafka';
import { createAlertRelayStore, createAlertStore, createDeliveryStore, type DatabasePool } from '@floopy/postgres';
import { kafkaConnectionOf, type Log, randomText, type Shutdown, systemClock, type Worker } from '@floopy/runtime';
import type { LedgerFollowerConfig } from '../config';
import { alertPublisher } from './alert-publisher';
import { modelOfRecord } from './model-of-record';
import { observedDeliveries } from './observed-deliveries';

const JUDGING = { organizations: 200, sweepEveryMs: 60_000 };
/** An organization that moves all the time is judged so often: a week of its hours is read each time. */
const JUDGE_EVERY_MS = 1_000;
const ALERTS_PER_ROUND = 100;
/** Nobody waits for those who did not answer the last time. */
const FAILING_IDLE_MS = 500;
/** Attempts at once, in each lane. */
const ROOM = { limit: 64, limitOfReceiver: 4 };
/** An e-mail takes several steps, each of which may take as long as a webhook. */
const STEPS_OF_AN_ATTEMPT = 3;
const NOTING_MS = 5_000;
const HOUR_MS = 3_600_000;
const ID_BYTES = 12;

export interface FollowedAlerts {
  readonly config: LedgerFollowerConfig;
  readonly pool: DatabasePool;
  readonly worker: Worker;
  readonly log: Log;
  readonly shutdown: Pick<Shutdown, 'add'>;
}

/** Begins to judge, to tell receivers, and to tell the topic: loops of their own, none of which waits for another. */
export function followAlerts(followed: FollowedAlerts): void {
  judge(followed);
  deliver(followed);
  publish(followed);
}

function judge({ pool, worker, log }: FollowedAlerts): void {
  const ports: RaisePorts = {
    store: createAlertStore(pool, JUDGING, modelOfRecord),
    clock: systemClock,
    alertId: () => `alr_${randomText(ID_BYTES)}`,
    onRaised: (alerts) => {
      for (const { alertId, organizationId, kind, position } of alerts) {
        log.info({ alertId, organizationId, kind, position }, 'alert_raised');
      }
    },
  };
  worker.repeat({
    name: 'alerts',
    help: 'Alerts that were raised.',
    round: () => raiseAlerts(ports),
    idleMs: JUDGE_EVERY_MS,
  });
}

function deliver({ config, pool, worker, log, shutdown }: FollowedAlerts): void {
  const { WEBHOOK_TIMEOUT_MS: timeoutMs, WEBHOOK_INSECURE: insecure } = config;
  const ports = {
    store: observedDeliveries(createDeliveryStore(pool), log, worker.metrics),
    senders: { webhook: createWebhookSender({ timeoutMs, insecure }), mail: openMail(config, shutdown) },
    encode: encodeAlert,
    clock: systemClock,
  };
  const limits = {
    ...ROOM,
    takenForMs: STEPS_OF_AN_ATTEMPT * timeoutMs + NOTING_MS,
    patienceMs: config.WEBHOOK_DISABLE_AFTER_HOURS * HOUR_MS,
  };
  for (const lane of DELIVERY_LANES) {
    if (lane.type === 'email' && ports.senders.mail === null) continue;
    const name = `${lane.type}_${lane.isFailing ? 'failing' : 'answering'}`;
    const deliveries = new AlertDeliveries(ports, { ...limits, lane });
    // Once its loop has ended: what was begun may still be noted.
    shutdown.add(`deliveries_${name}`, () => deliveries.settle());
    worker.repeat({
      name: `alert_attempts_${name}`,
      help: `Attempts to deliver alerts, in the lane ${name}.`,
      round: () => deliveries.begin(),
      ...(lane.isFailing ? { idleMs: FAILING_IDLE_MS } : {}),
    });
  }
}

function openMail(
  { SMTP_URL: smtpUrl, MAIL_FROM: from, WEBHOOK_TIMEOUT_MS: timeoutMs }: LedgerFollowerConfig,
  shutdown: Pick<Shutdown, 'add'>,
) {
  if (smtpUrl === undefined || from === undefined) return null;
  const mail = createMailSender({ smtpUrl, from, timeoutMs });
  shutdown.add('mail', () => mail.close());
  return mail;
}

function publish({ config, pool, worker, log, shutdown }: FollowedAlerts): void {
  const kafka = createKafka({
    ...kafkaConnectionOf(config),
    clientId: 'ledger-follower',
    // It repeats every failed attempt; what is failing is said once, by the loop.
    onLog: ({ message, detail }) => log.debug({ kafka: detail, message }, 'kafka_client'),
  });
  const publisher = new Publisher(kafka);
  shutdown.add('kafka', () => publisher.disconnect());
  const ports = {
    store: createAlertRelayStore(pool, ALERTS_PER_ROUND),
    publisher: alertPublisher(publisher, config.ALERTS_TOPIC),
  };
  worker.repeat({
    name: 'alerts_published',
    help: 'Alerts that the topic was told of.',
    round: () => relayAlerts(ports),
  });
}
