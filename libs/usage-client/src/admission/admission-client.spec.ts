import type { AdmissionView, FailurePolicyView } from '@floopy/contracts';
import { encodeProblem } from '@floopy/contracts';
import { answerJson, type AdmissionServer, startAdmissionServer } from '../../../../test/support/admission-server';
import { type AdmissionClient, createAdmissionClient } from './admission-client';
import type { AdmissionInput, UnaskedRequest } from './admission-outcomes';

const SOURCE = '/floopy/gateway/eu-1';
const OPEN: FailurePolicyView = { type: 'open', exposure: '5.0000000000' };

function anInput(parts: Partial<AdmissionInput> = {}): AdmissionInput {
  return {
    organization_id: 'org_acme',
    request_id: 'req_1',
    provider: 'openai',
    model: 'gpt-4o',
    input_tokens: 1_000,
    ...parts,
  };
}

function anAdmission(amount = '2.0000000000', policy: FailurePolicyView = { type: 'closed' }): AdmissionView {
  return {
    decision: 'admitted',
    hold: { id: 'hld_1', amount, expires_at: '2026-11-23T00:10:00.000Z' },
    remaining: { balance: '98.0000000000', requests: 999, team_budget: null },
    failure_policy: policy,
  };
}

let server: AdmissionServer;
let client: AdmissionClient;
let unasked: UnaskedRequest[];

beforeEach(async () => {
  server = await startAdmissionServer();
  unasked = [];
  const onUnasked = (request: UnaskedRequest): void => void unasked.push(request);
  client = createAdmissionClient({ url: server.url, apiKey: 'flp_key', onUnasked, timeoutMs: 2_000 }, SOURCE);
});
afterEach(async () => {
  client.close();
  await server.stop();
});

describe('admit', () => {
  it('asks with the key and the source, and says what is held and what is left', async () => {
    server.answerWith(answerJson(200, anAdmission()));
    expect(await client.admit(anInput({ attempt_id: 'att_1', team_id: 'team_search' }))).toEqual({
      type: 'admitted',
      hold: { id: 'hld_1', amount: '2.0000000000', expiresAt: new Date('2026-11-23T00:10:00.000Z') },
      remaining: { balance: '98.0000000000', requests: 999, teamBudget: null },
    });
    expect(server.seen).toEqual([
      {
        method: 'POST',
        path: '/v1/admissions',
        authorization: 'Bearer flp_key',
        body: anInputAsSent(),
      },
    ]);
    expect(unasked).toEqual([]);
  });

  it('says by which limit a request is refused, with its figures and when it begins anew', async () => {
    const figures = { limit: 1_000, used: 990, held: 10, reset_at: '2026-12-01T00:00:00.000Z' };
    server.answerWith(answerJson(429, encodeProblem('monthly_limit_reached', 'Used up.', [], figures)));
    expect(await client.admit(anInput())).toEqual({
      type: 'refused',
      code: 'monthly_limit_reached',
      detail: 'Used up.',
      limit: 1_000,
      used: 990,
      held: 10,
      resetAt: new Date('2026-12-01T00:00:00.000Z'),
    });
  });

  it('names the fields of a question that nobody could answer, without asking', async () => {
    const wrong = anInput({ input_tokens: -1 });
    expect(await client.admit(wrong)).toMatchObject({ type: 'rejected', faults: [{ pointer: '/input_tokens' }] });
    expect(server.seen).toEqual([]);
  });

  it('takes a key without the right for a mistake, not for an outage', async () => {
    server.answerWith(answerJson(403, encodeProblem('forbidden', 'The key lacks admission:write.')));
    expect(await client.admit(anInput())).toMatchObject({ type: 'rejected', code: 'forbidden' });
    expect(unasked).toEqual([]);
  });

  it('asks over one connection as long as one is enough', async () => {
    server.answerWith(answerJson(200, anAdmission()));
    for (let asked = 0; asked < 20; asked += 1) await client.admit(anInput({ request_id: `req_${asked}` }));
    expect(server.connections()).toBe(1);
  });

  it('asks again when a kept connection ends as it is used', async () => {
    server.answerWith(answerJson(200, anAdmission()));
    await client.admit(anInput());
    let asked = 0;
    server.answerWith((answer, question) => {
      asked += 1;
      if (asked === 1) server.cut();
      else answerJson(200, anAdmission())(answer, question);
    });
    expect(await client.admit(anInput({ request_id: 'req_2' }))).toMatchObject({ type: 'admitted' });
    expect(asked).toBe(2);
  });
});

describe('admission that cannot be asked', () => {
  it.each([
    ['nobody answers in time', (): void => undefined, 'timed_out'],
    ['it is cut off', (): void => server.cut(), 'unreachable'],
    ['it cannot decide now', answerJson(503, encodeProblem('admission_recovering', 'Not yet.')), 'unavailable'],
    ['it is asked too often', answerJson(429, encodeProblem('rate_limited', 'Slower.')), 'rate_limited'],
    ['something else answers', answerJson(200, { hello: 'world' }), 'unreadable'],
  ] as const)('fails closed while no policy is known, and says so, when %s', async (_, answering, reason) => {
    server.answerWith(answering);
    const outcome = await client.admit(anInput());
    expect(outcome).toMatchObject({ type: 'unavailable', reason, policy: 'closed' });
    await Promise.resolve();
    expect(unasked).toEqual([{ attempt: { organization_id: 'org_acme', request_id: 'req_1' }, outcome }]);
  });

  it('lets pass what adds up to the exposure that the last answer stated, and no more', async () => {
    server.answerWith(answerJson(200, anAdmission('2.0000000000', OPEN)));
    await client.admit(anInput());
    server.answerWith(answerJson(503, encodeProblem('unavailable', 'Later.')));
    const ask = (request_id: string): ReturnType<AdmissionClient['admit']> => client.admit(anInput({ request_id }));
    const exposure = (used: string): object => ({ type: 'admitted_unasked', exposure: { used, limit: OPEN.exposure } });
    expect(await ask('req_2')).toMatchObject(exposure('2.0000000000'));
    expect(await ask('req_3')).toMatchObject(exposure('4.0000000000'));
    expect(await ask('req_3')).toMatchObject(exposure('4.0000000000'));
    expect(await ask('req_4')).toMatchObject({ type: 'unavailable', policy: 'exposure_used_up' });
    expect(unasked).toHaveLength(4);
  });

  it('closes again as soon as an answer says so, whatever it decided', async () => {
    server.answerWith(answerJson(200, anAdmission('2.0000000000', OPEN)));
    await client.admit(anInput());
    const closed = { failure_policy: { type: 'closed' } } as const;
    server.answerWith(answerJson(402, encodeProblem('insufficient_credits', 'Too little.', [], closed)));
    await client.admit(anInput());
    await server.stop();
    expect(await client.admit(anInput())).toMatchObject({ type: 'unavailable', policy: 'closed' });
  });

  it('knows an organization only by its own answers', async () => {
    server.answerWith(answerJson(200, anAdmission('2.0000000000', OPEN)));
    await client.admit(anInput());
    server.cut();
    server.answerWith(() => server.cut());
    const other = anInput({ organization_id: 'org_globex' });
    expect(await client.admit(other)).toMatchObject({ type: 'unavailable', policy: 'closed' });
  });
});

describe('release', () => {
  it.each([
    [200, aRelease('released'), { type: 'released' }],
    [200, aRelease('not_open'), { type: 'not_open' }],
    [200, { hello: 'world' }, { type: 'unavailable', reason: 'unreadable' }],
    [409, encodeProblem('already_settled', 'It has run.'), { type: 'settled' }],
    [503, encodeProblem('unavailable', 'Later.'), { type: 'unavailable', reason: 'unavailable' }],
    [403, encodeProblem('forbidden', 'No.'), { type: 'rejected', code: 'forbidden' }],
  ])('reads %i %j', async (status, body, expected) => {
    server.answerWith(answerJson(status, body));
    const attempt = { organization_id: 'org_acme', request_id: 'req/1', attempt_id: 'att+1' };
    expect(await client.release(attempt)).toMatchObject(expected);
    const path = '/v1/admissions/req%2F1?organization_id=org_acme&attempt_id=att%2B1';
    expect(server.seen).toMatchObject([{ method: 'DELETE', path }]);
  });

  it('takes back what passed unasked, which the API does not know', async () => {
    server.answerWith(answerJson(200, anAdmission('5.0000000000', OPEN)));
    await client.admit(anInput());
    server.answerWith(answerJson(503, encodeProblem('unavailable', 'Later.')));
    expect(await client.admit(anInput({ request_id: 'req_2' }))).toMatchObject({ type: 'admitted_unasked' });
    server.answerWith(answerJson(200, aRelease('not_open')));
    const attempt = { organization_id: 'org_acme', request_id: 'req_2' };
    expect(await client.release(attempt)).toEqual({ type: 'released' });
  });
});

describe('createAdmissionClient', () => {
  it.each([
    [{ url: 'ftp://billing' }, 'admission.url'],
    [{ apiKey: 'flp\n' }, 'admission.apiKey'],
    [{ timeoutMs: 0 }, 'admission.timeoutMs'],
  ])('refuses %j, which cannot work', (parts, name) => {
    const options = { url: 'https://billing', apiKey: 'flp_key', onUnasked: () => undefined, ...parts };
    expect(() => createAdmissionClient(options, SOURCE)).toThrow(name);
  });
});

function aRelease(outcome: 'released' | 'not_open'): object {
  return { organization_id: 'org_acme', request_id: 'req/1', attempt_id: 'att+1', outcome };
}

function anInputAsSent(): object {
  return { ...anInput({ attempt_id: 'att_1', team_id: 'team_search' }), source: SOURCE };
}
