import type { Instant } from '@floopy/domain';

/** One alert on its way to one receiver. The id is the same on every attempt, so that the receiver knows a repetition. */
export interface OutgoingAlert {
  readonly alertId: string;
  readonly firedAt: Instant;
  /** The whole alert as JSON: what a webhook posts, and what its signature covers. */
  readonly json: string;
  /** The same for people, in one line and in a few. */
  readonly subject: string;
  readonly text: string;
}

/** How one attempt ended. */
export type SendingOutcome =
  | { readonly type: 'sent' }
  /** Worth another attempt: nobody answered in time, or the answer was a failure. */
  | { readonly type: 'failed'; readonly reason: string }
  /** No attempt will ever succeed: the receiver is gone for good, or its address is not permitted. */
  | { readonly type: 'rejected'; readonly reason: string };

export interface WebhookReceiver {
  readonly url: string;
  /** `whsec_` and the key in base64, as Standard Webhooks writes it. */
  readonly secret: string;
}

/** Sends alerts by webhook. Never throws for what the receiver or the network does. */
export interface WebhookSender {
  send(receiver: WebhookReceiver, alert: OutgoingAlert): Promise<SendingOutcome>;
}

/** Sends alerts by e-mail. Never throws for what the mail server or the network does. */
export interface MailSender {
  send(address: string, alert: OutgoingAlert): Promise<SendingOutcome>;
}
