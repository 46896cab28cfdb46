import { join } from 'node:path';
import type { EmbeddedRedis } from '../../deploy/local/embedded-redis';
import { type ApiProcess, startApiProcess } from '../support/api-process';
import { askAdmission, askAdmissions, credit, tallyOf } from '../support/asked-admission';
import { expectProblem } from '../support/expect-problem';
import { type Answer, apiCaller, createTestApiKey, type RunningApi, startTestApi } from '../support/running-api';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { startRedis } from '../support/redis';
import { temporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { createUsageFixture, type UsageFixture } from '../support/usage-fixture';
import { aPlainUsage, recordOf } from '../support/usage-records';

const SETTINGS = { REQUESTS_PER_SECOND: '100000' };

let fixture: UsageFixture;
let secret: string;
let consumer: RunningConsumer;
beforeEach(async () => {
  fixture = await createUsageFixture(2);
  secret = (await createTestApiKey(fixture.database.pool, null)).secret;
  consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
});
afterEach(async () => {
  await consumer.stop();
  await fixture.close();
});

function startApi(settings: Readonly<Record<string, string>> = {}): Promise<RunningApi> {
  const { database, topic } = fixture;
  return startTestApi({ databaseUrl: database.url, topic, settings: { ...SETTINGS, ...settings } });
}

function usageOf(requestId: string, outputTokens: number): Parameters<UsageFixture['send']>[0] {
  const usage = { input_tokens: 0, output_tokens: outputTokens };
  const body = { request_id: requestId, usage };
  return recordOf(aPlainUsage({ id: `evt_${requestId}`, time: new Date().toISOString(), body }));
}

type Caller = ReturnType<typeof apiCaller>;
const holdsOf = async (call: Caller): Promise<Answer['body']> => (await call('org_acme/holds')).body;
const ask = (call: Caller, requestId: string): Promise<Answer> =>
  askAdmission(call, { organization_id: 'org_acme', request_id: requestId });

function untilStatus(status: number, call: () => Promise<Answer>): Promise<Answer> {
  return until(call, (answer) => answer.status === status);
}

function untilNothingOpen(call: Caller): Promise<Answer['body']> {
  return until(
    () => holdsOf(call),
    ({ open }) => open === 0,
  );
}

describe('admission in the memory of one process', () => {
  it('leaves no hold once every request has come through the pipeline, and only what each cost is charged', async () => {
    const api = await startApi();
    const call = apiCaller(api.url, secret);
    await credit(call, 'org_acme', '100');
    const answers = await askAdmissions([call], 'org_acme', { count: 120, name: 'req' });
    expect(tallyOf(answers)).toEqual({ admitted: 100, insufficient_credits: 20 });
    const admitted = Array.from({ length: 120 }, (_, index) => `req_${index}`).filter(
      (_, index) => answers[index]?.status === 200,
    );
    await fixture.send(...admitted.map((requestId) => usageOf(requestId, 400)));
    const left = await untilNothingOpen(call);
    expect(left).toMatchObject({
      open_amount: '0.0000000000',
      open_requests: 0,
      leaked: 0,
      watermark: { position: 101 },
    });
    const { body } = await call('org_acme/balance');
    expect(body).toMatchObject({ balance: '60.0000000000', available: '60.0000000000', requests: { used: 100 } });
    await api.stop();
  });

  it('is refused by a second process, which takes over when the first is stopped', async () => {
    const [first, second] = [await startApi(), await startApi()];
    const [one, other] = [apiCaller(first.url, secret), apiCaller(second.url, secret)];
    await credit(one, 'org_acme', '100');
    const { body } = await ask(one, 'req_1');
    const refused = await ask(other, 'req_2');
    expectProblem(refused, 'admission_unavailable');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await other('/readyz')).body).toMatchObject({
      status: 'degraded',
      checks: { admission: { status: 'degraded' } },
    });
    expect((await other('org_acme/balance')).body).toMatchObject({ open_holds: null, available: null });
    await first.stop();
    const again = await untilStatus(200, () => ask(other, 'req_1'));
    expect(again.body.hold).toEqual(body.hold);
    await second.stop();
  });
});

describe('a journal that is not waited for', () => {
  it('is written soon after the answer, and by an orderly stop at the latest', async () => {
    const first = await startApi({ HOLD_JOURNAL: 'async' });
    const before = apiCaller(first.url, secret);
    await credit(before, 'org_acme', '2');
    await ask(before, 'req_loaded');
    const blocker = await fixture.database.pool.connect();
    await blocker.query('BEGIN; LOCK TABLE hold IN ACCESS EXCLUSIVE MODE');
    const { status, body } = await ask(before, 'req_1');
    expect(status).toBe(200);
    expectProblem(await ask(before, 'req_2'), 'insufficient_credits');
    await blocker.query('COMMIT');
    blocker.release();
    await first.stop();
    const second = await startApi({ HOLD_JOURNAL: 'async' });
    const after = apiCaller(second.url, secret);
    expect((await untilStatus(200, () => ask(after, 'req_1'))).body.hold).toEqual(body.hold);
    expectProblem(await ask(after, 'req_2'), 'insufficient_credits');
    await second.stop();
  });
});

describe('a hold', () => {
  it('is there again after the process was killed between admission and charge', async () => {
    const home = temporaryDirectory();
    const start = (name: string) =>
      startApiProcess({ databaseUrl: fixture.database.url, topic: fixture.topic, logFile: join(home.path, name) });
    const first = await start('first.log');
    const before = apiCaller(first.url, secret);
    await credit(before, 'org_acme', '2');
    const held = [await ask(before, 'req_1'), await ask(before, 'req_2')];
    await first.kill();
    await fixture.send(usageOf('req_1', 1_000));
    const second = await start('second.log');
    const after = apiCaller(second.url, secret);
    expectProblem(await untilStatus(409, () => ask(after, 'req_1')), 'already_settled');
    expect((await ask(after, 'req_2')).body.hold).toEqual(held[1]?.body.hold);
    expectProblem(await ask(after, 'req_3'), 'insufficient_credits');
    expect(await holdsOf(after)).toMatchObject({ open: 1, open_amount: '1.0000000000' });
    await second.stop();
    home.remove();
  });
});

describe('admission over Redis', () => {
  let redis: EmbeddedRedis;
  let processes: readonly ApiProcess[] = [];
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(processes.map((api) => api.stop()));
    await redis.stop();
  });

  it('is decided by four processes as by one, and settled by what any of them has read', async () => {
    const home = temporaryDirectory();
    const settings = { ...SETTINGS, ADMISSION_STORE: 'redis', REDIS_URL: redis.url };
    const { database, topic } = fixture;
    processes = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        startApiProcess({ databaseUrl: database.url, topic, settings, logFile: join(home.path, `api-${n}.log`) }),
      ),
    );
    const callers = processes.map(({ url }) => apiCaller(url, secret));
    const [one, , , other] = callers as [Caller, Caller, Caller, Caller];
    await credit(one, 'org_acme', '100');
    const answers = await askAdmissions(callers, 'org_acme', { count: 1_000, name: 'req' });
    expect(tallyOf(answers)).toEqual({ admitted: 100, insufficient_credits: 900 });
    expect(await holdsOf(other)).toMatchObject({ open: 100, open_amount: '100.0000000000' });
    await one('org_acme/status', { method: 'PUT', body: { status: 'suspended', reason: 'unpaid' } });
    expectProblem(await ask(other, 'req_later'), 'organization_suspended');
    const requestIds = Array.from({ length: 1_000 }, (_, index) => `req_${index}`);
    const admitted = requestIds.filter((_, index) => answers[index]?.status === 200);
    await fixture.send(...admitted.map((requestId) => usageOf(requestId, 500)));
    await untilNothingOpen(other);
    expect((await one('org_acme/balance')).body).toMatchObject({
      balance: '50.0000000000',
      open_holds: '0.0000000000',
    });
    home.remove();
  });

  it('goes on from where Redis stands after every process was started anew', async () => {
    const settings = { ADMISSION_STORE: 'redis', REDIS_URL: redis.url };
    const first = await startApi(settings);
    await credit(apiCaller(first.url, secret), 'org_acme', '2');
    await ask(apiCaller(first.url, secret), 'req_1');
    await first.stop();
    await fixture.send(usageOf('req_1', 1_000));
    await fixture.untilPassed(1);
    const second = await startApi(settings);
    const call = apiCaller(second.url, secret);
    expect((await ask(call, 'req_2')).body.remaining).toMatchObject({ balance: '0.0000000000' });
    expectProblem(await ask(call, 'req_1'), 'already_settled');
    expect(await holdsOf(call)).toMatchObject({ open: 1, watermark: { position: 2 } });
    await second.stop();
  });
});

describe('admission over a Redis that is away', () => {
  it('is refused, as it is by one that would forget what it answers; balances are read all the same', async () => {
    const volatile = await startRedis({ appendfsync: 'everysec' });
    const forgetful = await startApi({ ADMISSION_STORE: 'redis', REDIS_URL: volatile.url });
    const call = apiCaller(forgetful.url, secret);
    await credit(call, 'org_acme', '100');
    expectProblem(await ask(call, 'req_1'), 'admission_unavailable');
    expect((await call('/readyz')).body.checks.admission.details.reason).toContain('appendfsync always');
    await forgetful.stop();
    const agreed = await startApi({ ADMISSION_STORE: 'redis', REDIS_URL: volatile.url, HOLD_JOURNAL: 'async' });
    const other = apiCaller(agreed.url, secret);
    expect((await ask(other, 'req_1')).status).toBe(200);
    await volatile.kill();
    expectProblem(await ask(other, 'req_2'), 'admission_unavailable');
    expect((await other('org_acme/balance')).body).toMatchObject({ balance: '100.0000000000', open_holds: null });
    await agreed.stop();
    await volatile.stop();
  });
});
