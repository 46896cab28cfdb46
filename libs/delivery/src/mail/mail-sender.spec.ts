import { type MailServer, startMailServer } from '../../../../test/support/mail-server';
import { anOutgoingAlert } from '../../test/an-outgoing-alert';
import { type ClosableMailSender, createMailSender } from './mail-sender';

const NO_MAILBOX = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
const TRY_LATER = Object.assign(new Error('try later'), { responseCode: 451 });

describe('createMailSender', () => {
  let server: MailServer;
  let sender: ClosableMailSender;

  beforeAll(async () => {
    server = await startMailServer({
      onRcptTo: ({ address }, _, callback) => {
        if (address.startsWith('nobody')) return callback(NO_MAILBOX);
        callback(address.startsWith('busy') ? TRY_LATER : null);
      },
    });
    sender = createMailSender({ smtpUrl: server.url, from: 'Floopy Billing <billing@example.com>', timeoutMs: 2_000 });
  });

  afterAll(async () => {
    sender.close();
    await server.close();
  });

  it('sends an alert as a mail that has its id', async () => {
    const alert = anOutgoingAlert();
    expect(await sender.send('owner@example.com', alert)).toEqual({ type: 'sent' });
    const [mail] = server.mails;
    expect(mail).toContain('From: Floopy Billing <billing@example.com>');
    expect(mail).toContain('To: owner@example.com');
    expect(mail).toContain(`Subject: ${alert.subject}`);
    expect(mail).toContain(`Message-ID: <${alert.alertId}@floopy.billing>`);
    expect(mail).toContain(alert.text);
  });

  it('lets no text of an alert become a header', async () => {
    await sender.send('owner@example.com', anOutgoingAlert({ subject: 'low\r\nBcc: other@example.com' }));
    expect(server.mails.at(-1)).not.toMatch(/^Bcc:/m);
  });

  it.each([
    ['nobody@example.com', 'rejected', 'no such mailbox'],
    ['busy@example.com', 'failed', 'try later'],
  ])('tells what will never arrive from what may: %s is %s', async (address, type, reason) => {
    const outcome = await sender.send(address, anOutgoingAlert());
    expect(outcome).toEqual({ type, reason: expect.stringContaining(reason) as string });
  });

  it('says that no mail server answers', async () => {
    const lost = createMailSender({ smtpUrl: 'smtp://127.0.0.1:1', from: 'billing@example.com', timeoutMs: 500 });
    expect(await lost.send('owner@example.com', anOutgoingAlert())).toEqual({
      type: 'failed',
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
    lost.close();
  });
});
