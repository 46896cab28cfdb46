import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { anOutgoingAlert } from '../../test/an-outgoing-alert';
import { createWebhookSender, refuseWebhookUrl } from './webhook-sender';

const SECRET = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`;
const OPEN = { timeoutMs: 500, insecure: true };
const SECURE = { timeoutMs: 500, insecure: false };

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('createWebhookSender', () => {
  const received: Received[] = [];
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
        if (request.url === '/silent') return;
        if (request.url === '/elsewhere') response.setHeader('location', '/hook');
        response.writeHead(Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 204));
        // An answer that never ends is an answer all the same.
        if (request.url === '/200-endless') response.write('more to come');
        else response.end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    received.length = 0;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('posts what the verifier of Standard Webhooks accepts', async () => {
    const alert = anOutgoingAlert();
    const sender = createWebhookSender(OPEN);
    expect(await sender.send({ url: `${origin}/hook`, secret: SECRET }, alert)).toEqual({ type: 'sent' });
    const [request] = received;
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': alert.alertId });
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(request?.body ?? '', headers)).toEqual(JSON.parse(alert.json));
    const tampered = (request?.body ?? '').replace('credits', 'debits');
    expect(() => new Webhook(SECRET).verify(tampered, headers)).toThrow('No matching signature');
  });

  it('signs every attempt anew under the same id', async () => {
    const sender = createWebhookSender(OPEN);
    const alert = anOutgoingAlert({ firedAt: new Date('2020-01-01T00:00:00Z') });
    for (let attempt = 0; attempt < 2; attempt += 1) await sender.send({ url: origin, secret: SECRET }, alert);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([alert.alertId, alert.alertId]);
    for (const { headers, body } of received) {
      // The verifier refuses what is older than five minutes.
      expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toBeDefined();
    }
  });

  it.each([
    ['/200', { type: 'sent' }],
    ['/200-endless', { type: 'sent' }],
    ['/503', { type: 'failed', reason: 'answered 503' }],
    ['/404', { type: 'failed', reason: 'answered 404' }],
    ['/410', { type: 'rejected', reason: 'answered 410' }],
    ['/silent', { type: 'failed', reason: 'no answer within 500 ms' }],
  ])('takes an answer of %s as %j', async (path, outcome) => {
    expect(await createWebhookSender(OPEN).send({ url: origin + path, secret: SECRET }, anOutgoingAlert())).toEqual(
      outcome,
    );
  });

  it('follows nobody elsewhere', async () => {
    const outcome = await createWebhookSender(OPEN).send(
      { url: `${origin}/elsewhere/302`, secret: SECRET },
      anOutgoingAlert(),
    );
    expect(outcome).toEqual({ type: 'failed', reason: 'answered 302' });
    expect(received.map(({ path }) => path)).toEqual(['/elsewhere/302']);
  });

  it('says that nobody listens', async () => {
    const outcome = await createWebhookSender(OPEN).send(
      { url: 'http://127.0.0.1:1/', secret: SECRET },
      anOutgoingAlert(),
    );
    expect(outcome).toEqual({ type: 'failed', reason: expect.stringContaining('ECONNREFUSED') as string });
  });

  it.each([
    ['a plain connection', (): string => origin, 'the address must begin with https://'],
    ['an address of its own network', (): string => 'https://127.0.0.1:8443/', '127.0.0.1 is not an address'],
    ['such an address of IPv6', (): string => 'https://[::1]:8443/', '::1 is not an address'],
    ['a name that leads to one', (): string => 'https://localhost:8443/', 'is not an address on the open internet'],
    ['what is no URL', (): string => 'hooks', 'the address is no URL'],
  ])('rejects %s when it is not told that this is safe', async (_, urlOf, reason) => {
    const outcome = await createWebhookSender(SECURE).send({ url: urlOf(), secret: SECRET }, anOutgoingAlert());
    expect(outcome).toEqual({ type: 'rejected', reason: expect.stringContaining(reason) as string });
    expect(received).toEqual([]);
  });
});

describe('refuseWebhookUrl', () => {
  it.each([
    ['https://hooks.example.com/alerts?to=ops', null],
    ['http://hooks.example.com/', 'must begin with https://'],
    ['https://127.0.0.1/', 'is not an address on the open internet'],
    ['https://ada:secret@hooks.example.com/', 'no user and no password'],
    ['ftp://hooks.example.com/', 'must begin with https://'],
    ['hooks', 'is no URL'],
  ])('judges %s as the sender will: %s', (url, reason) => {
    expect(refuseWebhookUrl(url, SECURE) ?? 'called').toContain(reason ?? 'called');
    expect(refuseWebhookUrl('http://127.0.0.1:8080/', OPEN)).toBeNull();
  });
});
