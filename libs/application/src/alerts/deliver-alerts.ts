import {
  assertNever,
  decideDelivery,
  type DeliveryAttempt,
  type DeliveryDecision,
  disabledEndpointAlert,
  type Instant,
  instantOfMilliseconds,
  type RecordedAlert,
} from '@floopy/domain';
import type { MailSender, OutgoingAlert, SendingOutcome, WebhookReceiver, WebhookSender } from './alert-sender';

/** Where an alert goes. */
export type AlertReceiver =
  ({ readonly type: 'webhook' } & WebhookReceiver) | { readonly type: 'email'; readonly address: string };
export type ReceiverType = AlertReceiver['type'];

/** One alert that is to be delivered to one receiver now, taken by whoever reads it. */
export interface DueDelivery extends DeliveryAttempt {
  readonly endpointId: string;
  readonly receiver: AlertReceiver;
  readonly alert: RecordedAlert;
}

export interface DueDeliveries {
  readonly now: Instant;
  /** Until then they are the caller's; if nothing is noted by then, somebody else takes them. */
  readonly takenUntil: Instant;
  readonly limit: number;
  readonly types: readonly ReceiverType[];
}

export interface DeliveryStore {
  /** Takes deliveries that are due, and counts the attempt. No two callers are given the same one for the same attempt. */
  takeDue(wanted: DueDeliveries): Promise<readonly DueDelivery[]>;
  /** Notes how an attempt ended, unless another one was begun since. */
  saveEnding(delivery: DueDelivery, decision: NotedDecision, now: Instant): Promise<void>;
  /** Ends everything that was still to come for a receiver, and records an alert that says so to all others, in one. */
  disableEndpoint(delivery: DueDelivery, notice: RecordedAlert, reason: string): Promise<void>;
}

export type NotedDecision = Exclude<DeliveryDecision, { type: 'endpoint_disabled' }>;

export interface AlertSenders {
  readonly webhook: WebhookSender;
  /** Null where no mail server is configured: e-mails then wait. */
  readonly mail: MailSender | null;
}

export interface DeliverPorts {
  readonly store: DeliveryStore;
  readonly senders: AlertSenders;
  /** Writes an alert as receivers read it. */
  readonly encode: (alert: RecordedAlert) => OutgoingAlert;
  readonly clock: () => Instant;
}

export interface DeliveryLimits {
  /** Attempts at once. */
  readonly limit: number;
  /** Longer than any attempt may take. */
  readonly takenForMs: number;
  /** For how long a receiver may fail before it is no longer called. */
  readonly patienceMs: number;
}

export type DeliveryRound = Readonly<Record<DeliveryDecision['type'], number>>;

/**
 * Makes one attempt at everything that is due, all of them at once. At least once: an attempt whose end could not be noted is
 * repeated, under the same id. Any number of these may run beside each other.
 * @returns how many ended in which way; none at all means that nothing is due.
 * @throws what the store throws, after every attempt of the round has ended.
 */
export async function deliverAlerts(ports: DeliverPorts, limits: DeliveryLimits): Promise<DeliveryRound> {
  const now = ports.clock();
  const due = await ports.store.takeDue({
    now,
    takenUntil: instantOfMilliseconds(now + limits.takenForMs),
    limit: limits.limit,
    types: ports.senders.mail === null ? ['webhook'] : ['webhook', 'email'],
  });
  const ended = await Promise.allSettled(due.map((delivery) => attemptDelivery(ports, delivery, limits.patienceMs)));
  const round = { delivered: 0, retried: 0, given_up: 0, endpoint_disabled: 0 };
  for (const attempt of ended) {
    if (attempt.status === 'rejected') throw attempt.reason;
    round[attempt.value] += 1;
  }
  return round;
}

async function attemptDelivery(
  { store, senders, encode, clock }: DeliverPorts,
  delivery: DueDelivery,
  patienceMs: number,
): Promise<DeliveryDecision['type']> {
  const ending = await send(senders, delivery.receiver, encode(delivery.alert));
  const now = clock();
  const decision = decideDelivery(delivery, ending, now, patienceMs);
  if (decision.type === 'endpoint_disabled') {
    const endpoint = { endpointId: delivery.endpointId, organizationId: delivery.alert.organizationId };
    await store.disableEndpoint(delivery, disabledEndpointAlert(endpoint, decision.reason, now), decision.reason);
  } else {
    await store.saveEnding(delivery, decision, now);
  }
  return decision.type;
}

function send(senders: AlertSenders, receiver: AlertReceiver, alert: OutgoingAlert): Promise<SendingOutcome> {
  switch (receiver.type) {
    case 'webhook':
      return senders.webhook.send(receiver, alert);
    case 'email':
      return senders.mail?.send(receiver.address, alert) ?? Promise.resolve(NO_MAIL_SERVER);
    default:
      return assertNever(receiver);
  }
}

const NO_MAIL_SERVER: SendingOutcome = { type: 'failed', reason: 'no mail server is configured' };
