import type { MailSender, SendingOutcome } from '@floopy/application';
import { createTransport } from 'nodemailer';

export interface MailSenderOptions {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  readonly smtpUrl: string;
  /** The sender, such as `Floopy Billing <billing@example.com>`. */
  readonly from: string;
  readonly timeoutMs: number;
}

export interface ClosableMailSender extends MailSender {
  close(): void;
}

const MAX_CONNECTIONS = 2;
/** A mailbox that is not there, or an address that is none: RFC 5321. */
const PERMANENT = [550, 551, 553];

/** Sends alerts by SMTP, over connections that are kept. The id of the alert is the id of the mail. */
export function createMailSender({ smtpUrl, from, timeoutMs }: MailSenderOptions): ClosableMailSender {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  return {
    async send(address, { alertId, subject, text }) {
      try {
        await transport.sendMail({ from, to: address, subject, text, messageId: `<${alertId}@floopy.billing>` });
        return { type: 'sent' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: () => transport.close(),
  };
}

function outcomeOf(error: unknown): SendingOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  return PERMANENT.includes(code) ? { type: 'rejected', reason } : { type: 'failed', reason };
}
