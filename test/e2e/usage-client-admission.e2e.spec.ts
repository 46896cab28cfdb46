import { createGatewayClient, type GatewayClient, type UnaskedRequest } from '@floopy/usage-client';
import { type ApiFixture, openApiFixture } from '../support/api-fixture';
import { createTestApiKey } from '../support/running-api';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { testServers } from '../support/servers';
import { until } from '../support/until';

const GPT_4O = { provider: 'openai', model: 'gpt-4o' };
const PATIENCE_MS = 5_000;

let fixture: ApiFixture;
let consumer: RunningConsumer;
let client: GatewayClient;
const unasked: UnaskedRequest[] = [];

beforeAll(async () => {
  fixture = await openApiFixture();
  consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
  const { secret } = await createTestApiKey(fixture.database.pool, 'org_acme');
  client = createGatewayClient({
    brokers: testServers().kafkaBrokers,
    topic: fixture.topic,
    source: '/floopy/gateway/eu-1',
    admission: {
      url: fixture.api.url,
      apiKey: secret,
      onUnasked: (request) => void unasked.push(request),
      timeoutMs: PATIENCE_MS,
    },
  });
});
afterAll(async () => {
  await client.close();
  await consumer.stop();
  await fixture.close();
});

/** At 0.001 cent for each token of output. */
function ask(request_id: string, tokens: number, model = GPT_4O): ReturnType<GatewayClient['admit']> {
  const bounds = { input_tokens: 0, max_output_tokens: tokens };
  return client.admit({ organization_id: 'org_acme', request_id, ...model, ...bounds });
}

describe('a gateway client that asks the API', () => {
  it('is refused by the limit, with its figures, until there is credit', async () => {
    expect(await ask('req_1', 1_000)).toMatchObject({
      type: 'refused',
      code: 'insufficient_credits',
      limit: '0.0000000000',
      held: '0.0000000000',
      needed: '1.0000000000',
    });
    const headers = { 'idempotency-key': 'top-up' };
    const topUp = { method: 'POST', headers, body: { amount: '10.0000000000', reason: 'a test' } };
    expect((await fixture.operator('org_acme/adjustments', topUp)).status).toBeLessThan(300);
    const admitted = await until(
      () => ask('req_1', 1_000),
      ({ type }) => type === 'admitted',
    );
    expect(admitted).toMatchObject({ hold: { amount: '1.0000000000' }, remaining: { balance: '9.0000000000' } });
  });

  it('gets the same hold again, and gives it back once', async () => {
    const first = await ask('req_2', 2_000);
    expect(await ask('req_2', 2_000)).toEqual(first);
    const attempt = { organization_id: 'org_acme', request_id: 'req_2' };
    expect(await client.release(attempt)).toEqual({ type: 'released' });
    expect(await client.release(attempt)).toEqual({ type: 'not_open' });
  });

  it('settles what it was admitted for by what it used: charged by the consumer, and no longer held', async () => {
    await ask('req_3', 3_000);
    const attempt = { organization_id: 'org_acme', request_id: 'req_3' };
    const used = { usage: { input_tokens: 0, output_tokens: 2_500 }, origin: 'gateway', outcome: 'succeeded' } as const;
    expect(client.settle({ ...attempt, ...GPT_4O, ...used })).toMatchObject({ type: 'accepted' });
    const settled = await until(
      () => ask('req_3', 3_000),
      ({ type }) => type === 'refused',
    );
    expect(settled).toMatchObject({ code: 'already_settled' });
    expect(await client.release(attempt)).toEqual({ type: 'settled' });
    const { body } = await fixture.owner('org_acme/balance');
    expect(body).toMatchObject({ balance: '7.5000000000', open_holds: '1.0000000000', available: '6.5000000000' });
  });

  it('takes a usage back that was a mistake, once, however often it says so', async () => {
    const attempt = { organization_id: 'org_acme', request_id: 'req_mistake' };
    const used = { usage: { input_tokens: 0, output_tokens: 500 }, origin: 'gateway', outcome: 'succeeded' } as const;
    const recorded = client.record({ ...attempt, ...GPT_4O, ...used });
    if (recorded.type !== 'accepted') throw new Error(recorded.type);
    const mistake = { organization_id: 'org_acme', id: recorded.id, reason: 'sent twice under two ids' };
    const first = client.void(mistake, { id: 'void_1', time: new Date() });
    if (first.type !== 'accepted') throw new Error(first.type);
    expect(await first.delivered).toMatchObject({ type: 'delivered', id: 'void_1' });
    expect(client.void(mistake)).toMatchObject({ type: 'accepted' });
    expect(client.void({ ...mistake, reason: '' })).toMatchObject({
      type: 'rejected',
      reason: 'invalid',
      faults: [{ pointer: '/data/reason' }],
    });
    await client.flush({ timeoutMs: 10_000 });
    const taken = await until(
      () =>
        fixture.database.pool.query(
          `SELECT applied::int, duplicates::int, parked::int FROM ingest_partition
        WHERE topic = $1 AND duplicates > 0`,
          [fixture.topic],
        ),
      ({ rowCount }) => rowCount === 1,
    );
    expect(taken.rows).toEqual([expect.objectContaining({ duplicates: 1, parked: 0 })]);
    const { body } = await fixture.owner('org_acme/ledger?limit=2');
    expect(body.entries).toMatchObject([
      { amount: '0.5000000000', cause: { kind: 'reversal' }, reason: mistake.reason, balance_after: '7.5000000000' },
      { amount: '-0.5000000000', request_id: 'req_mistake' },
    ]);
  });

  it('is told what has no rate, and what it may not ask for', async () => {
    const model = { provider: 'openai', model: 'no-such-model' };
    expect(await ask('req_4', 1, model)).toMatchObject({ type: 'refused', code: 'unpriced_model', ...model });
    const other = { organization_id: 'org_globex', request_id: 'req_4', ...GPT_4O, input_tokens: 1 };
    expect(await client.admit(other)).toMatchObject({ type: 'refused', code: 'organization_not_found' });
    expect(unasked).toEqual([]);
  });

  it('fails closed, and says so, when the API is gone', async () => {
    await fixture.api.stop();
    expect(await ask('req_5', 1)).toMatchObject({ type: 'unavailable', reason: 'unreachable', policy: 'closed' });
    await until(
      () => unasked.length,
      (count) => count === 1,
    );
  });
});
