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
  /** Of one receiver, at most. */
  readonly limitOfReceiver: number;
  readonly lane: DeliveryLane;
  /** Receivers that are called just now. */
  readonly except: readonly string[];
}

/** Receivers that have something in common, and nothing to do with those of another lane. */
export interface DeliveryLane {
  readonly type: ReceiverType;
  /** Whether the last attempts have failed. */
  readonly isFailing: boolean;
}

/** However many receivers fail, and be it because the mail server is away, the others do not wait for them. */
export const DELIVERY_LANES: readonly DeliveryLane[] = [
  { type: 'webhook', isFailing: false },
  { type: 'webhook', isFailing: true },
  { type: 'email', isFailing: false },
  { type: 'email', isFailing: true },
];

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
  /** Null where no mail server is configured: nobody runs a lane of e-mails then, and they wait. */
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
  readonly lane: DeliveryLane;
  /** Attempts at once. */
  readonly limit: number;
  /** Of those, at one receiver: one that never answers holds up no other. */
  readonly limitOfReceiver: number;
  /** Longer than any attempt may take. */
  readonly takenForMs: number;
  /** For how long a receiver may fail before it is no longer called. */
  readonly patienceMs: number;
}

/** How many attempts ended in which way. */
export type DeliveryTally = Readonly<Record<DeliveryDecision['type'], number>>;

/**
 * Delivers the alerts of one lane: each attempt runs for itself, and the next are begun while others still wait for their answers. At least
 * once: an attempt whose end could not be noted is repeated, under the same id. Any number of these may run beside each other.
 */
export class AlertDeliveries {
  private readonly underWay = new Map<string, Set<Promise<void>>>();
  private readonly ended = { delivered: 0, retried: 0, given_up: 0, endpoint_disabled: 0 };
  private failures: Error[] = [];

  constructor(
    private readonly ports: DeliverPorts,
    private readonly limits: DeliveryLimits,
  ) {}

  get tally(): DeliveryTally {
    return { ...this.ended };
  }

  /**
   * Begins attempts at what is due, as many as there is room for, and waits for none of them.
   * @returns how many
   * @throws what the store threw, also at the end of an attempt that was begun earlier
   */
  async begin(): Promise<number> {
    this.throwWhatFailed();
    const { clock, store } = this.ports;
    const room = this.limits.limit - this.attempts().length;
    if (room <= 0) return 0;
    const now = clock();
    const due = await store.takeDue({
      now,
      takenUntil: instantOfMilliseconds(now + this.limits.takenForMs),
      limit: room,
      limitOfReceiver: this.limits.limitOfReceiver,
      lane: this.limits.lane,
      except: [...this.underWay.keys()],
    });
    for (const delivery of due) this.start(delivery);
    return due.length;
  }

  /** Waits for the attempts that are under way. @throws what the store threw at the end of one. */
  async settle(): Promise<void> {
    await Promise.all(this.attempts());
    this.throwWhatFailed();
  }

  private attempts(): Promise<void>[] {
    return [...this.underWay.values()].flatMap((attempts) => [...attempts]);
  }

  private start(delivery: DueDelivery): void {
    const { endpointId } = delivery;
    const attempts = this.underWay.get(endpointId) ?? new Set();
    this.underWay.set(endpointId, attempts);
    const attempt = this.attempt(delivery).then(() => {
      attempts.delete(attempt);
      if (attempts.size === 0) this.underWay.delete(endpointId);
    });
    attempts.add(attempt);
  }

  /** Never rejects: nobody waits for it. */
  private async attempt(delivery: DueDelivery): Promise<void> {
    try {
      const decision = await attemptDelivery(this.ports, delivery, this.limits.patienceMs);
      this.ended[decision] += 1;
    } catch (error) {
      this.failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private throwWhatFailed(): void {
    const [failure] = this.failures;
    this.failures = [];
    if (failure !== undefined) throw failure;
  }
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
