import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { anOutgoingAlert } from '../../test/an-outgoing-alert';
import { type ClosableMailSender, createMailSender } from './mail-sender';

const NO_MAILBOX = Object.assign(new Error('no such mailbox'), { responseCode: 550 });
const TRY_LATER = Object.assign(new Error('try later'), { responseCode: 451 });

describe('createMailSender', () => {
  const mails: string[] = [];
  let server: SMTPServer;
  let sender: ClosableMailSender;

  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _, callback) => {
        if (address.startsWith('nobody')) return callback(NO_MAILBOX);
        callback(address.startsWith('busy') ? TRY_LATER : null);
      },
      onData: (stream, _, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push(Buffer.concat(chunks).toString('utf8'));
          callback();
        });
      },
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.server.address() as AddressInfo;
    const smtpUrl = `smtp://127.0.0.1:${port}`;
    sender = createMailSender({ smtpUrl, from: 'Floopy Billing <billing@example.com>', timeoutMs: 2_000 });
  });

  afterAll(async () => {
    sender.close();
    await new Promise<void>((done) => server.close(() => done()));
  });

  it('sends an alert as a mail that has its id', async () => {
    const alert = anOutgoingAlert();
    expect(await sender.send('owner@example.com', alert)).toEqual({ type: 'sent' });
    const [mail] = mails;
    expect(mail).toContain('From: Floopy Billing <billing@example.com>');
    expect(mail).toContain('To: owner@example.com');
    expect(mail).toContain(`Subject: ${alert.subject}`);
    expect(mail).toContain(`Message-ID: <${alert.alertId}@floopy.billing>`);
    expect(mail).toContain(alert.text);
  });

  it('lets no text of an alert become a header', async () => {
    await sender.send('owner@example.com', anOutgoingAlert({ subject: 'low\r\nBcc: other@example.com' }));
    expect(mails.at(-1)).not.toMatch(/^Bcc:/m);
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
