import { encodeProblem } from '@floopy/contracts';
import { createGatewayClient, type GatewayClient } from '@floopy/usage-client';
import { answerJson, type AdmissionServer, startAdmissionServer } from '../support/admission-server';
import { testServers } from '../support/servers';
import { uniqueTopic } from '../support/test-topic';
import { aUsage, createTopicOn } from './usage-client-fixture';

const OPEN = { type: 'open', exposure: '5.0000000000' } as const;
const ADMITTED = {
  decision: 'admitted',
  hold: { id: 'hld_1', amount: '5.0000000000', expires_at: '2026-11-23T00:10:00.000Z' },
  remaining: { balance: '98.0000000000', requests: 999, team_budget: null },
  failure_policy: OPEN,
};
const DOWN = answerJson(503, encodeProblem('admission_unavailable', 'Later.'));

describe('a gateway client', () => {
  let server: AdmissionServer;
  let client: GatewayClient;

  beforeAll(async () => {
    server = await startAdmissionServer();
    const brokers = testServers().kafkaBrokers;
    const topic = await createTopicOn(brokers, uniqueTopic('gateway'));
    const admission = { url: server.url, apiKey: 'flp_key', onUnasked: () => undefined, timeoutMs: 5_000 };
    client = createGatewayClient({ brokers, topic, source: '/floopy/gateway/eu-1', admission });
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  it('has room in the exposure again once usage is delivered and admission answers', async () => {
    const ask = (request_id: string): ReturnType<GatewayClient['admit']> =>
      client.admit({ organization_id: 'org_acme', request_id, provider: 'openai', model: 'gpt-4o', input_tokens: 1 });
    server.answerWith(answerJson(200, ADMITTED));
    await ask('req_1');
    server.answerWith(DOWN);
    expect(await ask('req_2')).toMatchObject({ type: 'admitted_unasked' });
    const settled = client.settle(aUsage({ request_id: 'req_2' }));
    expect(settled.type === 'accepted' ? await settled.delivered : settled).toMatchObject({ type: 'delivered' });
    expect(await ask('req_3')).toMatchObject({ type: 'unavailable', policy: 'exposure_used_up' });
    server.answerWith(answerJson(200, ADMITTED));
    await ask('req_4');
    server.answerWith(DOWN);
    expect(await ask('req_5')).toMatchObject({ type: 'admitted_unasked' });
  });
});
