import { ledgerFollowerConfigSchema } from './config';

describe('ledgerFollowerConfigSchema', () => {
  const needed = { DATABASE_URL: 'postgres://user@host/name', KAFKA_BROKERS: 'host:9092' };
  const faults = (given: object): string[] | undefined =>
    ledgerFollowerConfigSchema.safeParse({ ...needed, ...given }).error?.issues.map(({ path }) => path.join());

  it('sends no e-mail, calls no address of its own network, and waits for three days, unless it is told otherwise', () => {
    expect(ledgerFollowerConfigSchema.parse(needed)).toMatchObject({
      ALERTS_TOPIC: 'billing.alerts.v1',
      WEBHOOK_TIMEOUT_MS: 5_000,
      WEBHOOK_DISABLE_AFTER_HOURS: 72,
      WEBHOOK_INSECURE: false,
    });
    expect(ledgerFollowerConfigSchema.parse(needed).SMTP_URL).toBeUndefined();
  });

  it('needs to know who sends e-mails when there is a mail server, and only then', () => {
    const SMTP_URL = 'smtp://user:password@host:587';
    expect(faults({ SMTP_URL })).toEqual(['MAIL_FROM']);
    expect(faults({ SMTP_URL, MAIL_FROM: 'nobody' })).toEqual(['MAIL_FROM']);
    expect(faults({ SMTP_URL, MAIL_FROM: 'Floopy Billing <billing@example.com>' })).toBeUndefined();
    expect(faults({ SMTP_URL: 'host:587', MAIL_FROM: 'billing@example.com' })).toEqual(['SMTP_URL']);
    expect(faults({})).toBeUndefined();
  });
});
