import { randomUUID } from 'node:crypto';
import { raiseAlerts } from '@floopy/application';
import { alertsViewSchema } from '@floopy/contracts';
import { type RecordedAlert, SEEDED_PLANS } from '@floopy/domain';
import { createAlertStore } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { type AlertListener, listenToAlerts } from '../support/alert-listener';
import { type ApiFixture, openApiFixture, usageOfTokens } from '../support/api-fixture';
import { type MailServer, startMailServer } from '../support/mail-server';
import type { Call } from '../support/running-api';
import { type RunningFollower, startTestFollower } from '../support/running-follower';
import { createTestTopic } from '../support/test-topic';
import { until } from '../support/until';
import { type ReceivedWebhook, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';

const DAY_MS = 86_400_000;
const CROSSINGS = 40;
const WITHIN_MS = 5_000;
const PATIENCE_MS = 60_000;
/** A thousandth of a cent each. */
const TOKENS_PER_CENT = 1_000;
/** A hundredth of what everybody's plan includes. */
const REQUESTS_OF_A_PERCENT = (SEEDED_PLANS[0]?.includedRequests ?? 0) / 100;

let fixture: ApiFixture;
let receiver: WebhookReceiver;
let mail: MailServer;
let follower: RunningFollower;
let listener: AlertListener;
/** By path of the receiver. */
const secrets = new Map<string, string>();
let settings: Record<string, string>;

beforeAll(async () => {
  [fixture, receiver, mail] = await Promise.all([
    openApiFixture({ ALERT_EMAILS: 'true', WEBHOOK_INSECURE: 'true' }),
    startWebhookReceiver(secrets),
    startMailServer(),
  ]);
  const topic = await createTestTopic('alerts', { partitions: 3 });
  settings = {
    ALERTS_TOPIC: topic,
    SMTP_URL: mail.url,
    MAIL_FROM: 'Floopy Billing <billing@example.com>',
    WEBHOOK_INSECURE: 'true',
    WEBHOOK_TIMEOUT_MS: '5000',
  };
  listener = await listenToAlerts(topic);
  follower = await startTestFollower(fixture.database.url, settings);
});

afterAll(async () => {
  await follower.stop();
  await Promise.all([listener.close(), receiver.close(), mail.close(), fixture.close()]);
});

function send(method: string, body?: object): Call {
  return { method, ...(body === undefined ? {} : { body }) };
}

async function call(path: string, asked: Call): Promise<void> {
  const answer = await fixture.operator(path, asked);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
}

async function credit(organization: string, cents: number): Promise<void> {
  const headers = { 'idempotency-key': randomUUID() };
  await call(`${organization}/adjustments`, { ...send('POST', { amount: String(cents), reason: 'test' }), headers });
}

async function addWebhook(organization: string): Promise<void> {
  const address = receiver.url.replace('/hook', `/${organization}`);
  const { status, body } = await fixture.operator(
    `${organization}/alert-endpoints`,
    send('POST', { kind: 'webhook', address }),
  );
  expect(status).toBe(201);
  secrets.set(`/${organization}`, body.secret);
}

/** What an organization was told at its webhook, as the verifier of Standard Webhooks let it pass. */
function toldTo(organization: string): ReceivedWebhook[] {
  return receiver.received.filter(({ path }) => path === `/${organization}`);
}

function kindsOf(received: readonly ReceivedWebhook[]): string[] {
  return received.map(({ payload }) => String(payload.data['kind'])).toSorted();
}

async function untilTold(organization: string, count: number): Promise<void> {
  await until(
    () => toldTo(organization),
    (told) => told.length >= count,
    PATIENCE_MS,
  );
}

async function changeSettings(organization: string, changed: object): Promise<void> {
  const { organization_id: _, unit: __, ...current } = (await fixture.operator(`${organization}/alert-settings`)).body;
  await call(`${organization}/alert-settings`, send('PUT', { ...current, ...changed }));
}

/** Crosses a threshold of each kind. */
async function crossEverything(): Promise<void> {
  await call('org_acme/plan', send('PUT', { plan: 'pro' }));
  await changeSettings('org_acme', { team_budget_percents: [100] });
  await call('org_acme/team-budgets/team_search', send('PUT', { limit: '700' }));
  await credit('org_acme', 2_000);
  const tenDaysAgo = new Date(Date.now() - 10 * DAY_MS).toISOString();
  const now = new Date().toISOString();
  await fixture.feed.apply([
    usageOfTokens('long_ago', TOKENS_PER_CENT, {}, tenDaysAgo),
    usageOfTokens('burst', 1_500 * TOKENS_PER_CENT, { team_id: 'team_search' }, now),
    usageOfTokens('unpriced_1', 1, { model: 'gpt-9' }, now),
    usageOfTokens('unpriced_2', 1, { model: 'gpt-9' }, now),
  ]);
}

describe('alerts', () => {
  it('reach a webhook, a mailbox and the topic, once for each kind', async () => {
    await addWebhook('org_acme');
    await addWebhook('org_globex');
    await call('org_acme/alert-endpoints', send('POST', { kind: 'email', address: 'ada@example.com' }));
    await crossEverything();
    await changeSettings('org_globex', { allowance_percents: [1], balance_below: [] });
    const requests = Array.from({ length: REQUESTS_OF_A_PERCENT }, (_, nth) =>
      usageOfTokens(`globex_${nth}`, 0, { organization_id: 'org_globex' }),
    );
    await fixture.feed.apply(requests);
    const expected = ['balance_low', 'days_left', 'dead_letters', 'spend_spike', 'team_budget', 'unpriced_model'];
    await untilTold('org_acme', expected.length);
    await untilTold('org_globex', 1);
    // Whoever would be told a second time is told before this one is.
    await addWebhook('org_initech');
    await credit('org_initech', 1);
    await untilTold('org_initech', 1);
    await until(
      () => listener.heard.length,
      (heard) => heard >= expected.length + 2,
      PATIENCE_MS,
    );
    await until(
      () => mail.mails.length,
      (mails) => mails >= expected.length,
      PATIENCE_MS,
    );
    expect(kindsOf(toldTo('org_acme'))).toEqual(expected);
    expect(kindsOf(toldTo('org_globex'))).toEqual(['allowance']);
    const ids = toldTo('org_acme').map(({ id }) => id);
    expect(new Set(ids).size).toBe(expected.length);
    const mailed = mail.mails.map((text) => /^Message-ID: <(.+)@floopy.billing>/m.exec(text)?.[1] ?? '');
    expect(mailed.toSorted()).toEqual(ids.toSorted());
    const heard = listener.heard.filter(({ key }) => key === 'org_acme');
    expect(heard.map(({ eventId }) => eventId).toSorted()).toEqual(ids.toSorted());
    expect(heard.every(({ eventId, message }) => message.alert_id === eventId)).toBe(true);
  });

  it('are listed with how they went, page by page', async () => {
    // The receiver has an alert before it is noted that it has.
    await until(
      async () => JSON.stringify((await fixture.operator('org_acme/alerts')).body),
      (listed) => !listed.includes('"pending"'),
      PATIENCE_MS,
    );
    const first = alertsViewSchema.parse((await fixture.operator('org_acme/alerts?limit=4')).body);
    const second = alertsViewSchema.parse(
      (await fixture.operator(`org_acme/alerts?limit=4&cursor=${first.next_cursor}`)).body,
    );
    expect([first.alerts.length, second.alerts.length, second.next_cursor]).toEqual([4, 2, null]);
    const listed = [...first.alerts, ...second.alerts];
    expect(listed.map(({ alert_id: id }) => id).toSorted()).toEqual(
      toldTo('org_acme')
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(listed.flatMap(({ deliveries }) => deliveries.map(({ state, attempts }) => [state, attempts]))).toEqual(
      Array.from({ length: 12 }, () => ['delivered', 1]),
    );
  });

  it('are told again after what was told has recovered', async () => {
    const before = toldTo('org_acme').length;
    await credit('org_acme', 1_000);
    await until(
      async () => (await disarmed('org_acme')).includes('balance_low - - 1000.0000000000'),
      (isDisarmed) => !isDisarmed,
      PATIENCE_MS,
    );
    await fixture.feed.apply([usageOfTokens('again', 600 * TOKENS_PER_CENT, {}, new Date().toISOString())]);
    await untilTold('org_acme', before + 1);
    expect(kindsOf(toldTo('org_acme').slice(before))).toEqual(['balance_low']);
  });

  it('are sent as a test to one receiver', async () => {
    const { body } = await fixture.operator('org_globex/alert-endpoints');
    const { status, body: alert } = await fixture.operator(
      `org_globex/alert-endpoints/${body.endpoints[0].id}/test`,
      send('POST'),
    );
    expect(status).toBe(202);
    await untilTold('org_globex', 2);
    expect(toldTo('org_globex')[1]).toMatchObject({ id: alert.alert_id, payload: { data: { kind: 'test' } } });
  });

  it('are delivered after a restart when they were raised, and their sender died, under the same id', async () => {
    await addWebhook('org_filters');
    await follower.stop();
    await credit('org_filters', 999);
    const raised: RecordedAlert[] = [];
    await raiseAlerts({
      store: createAlertStore(fixture.database.pool, { organizations: 100, sweepEveryMs: DAY_MS }, () => null),
      clock: systemClock,
      alertId: () => `alr_${randomUUID()}`,
      onRaised: (alerts) => void raised.push(...alerts),
    });
    follower = await startTestFollower(fixture.database.url, settings);
    await untilTold('org_filters', 1);
    const ids = raised.filter(({ organizationId }) => organizationId === 'org_filters').map(({ alertId }) => alertId);
    expect(toldTo('org_filters').map(({ id }) => id)).toEqual(ids);
  });
});

describe('from a crossing to its delivery', () => {
  it('takes less than five seconds, also at the slowest of forty', async () => {
    const organizations = Array.from({ length: CROSSINGS }, (_, nth) => `org_crossing_${nth}`);
    for (const id of organizations) {
      await call('/v1/organizations', send('POST', { id, name: id }));
      await addWebhook(id);
      await credit(id, 1_500);
    }
    const crossed = new Map<string, number>();
    for (const id of organizations) {
      const usage = usageOfTokens(id, 600 * TOKENS_PER_CENT, { organization_id: id }, new Date().toISOString());
      crossed.set(id, Date.now());
      await fixture.feed.apply([usage]);
    }
    const lowBalanceOf = (id: string) => toldTo(id).find(({ payload }) => payload.data['kind'] === 'balance_low');
    const waits: number[] = [];
    for (const id of organizations) {
      const told = await until(
        () => lowBalanceOf(id),
        (found) => found !== undefined,
        PATIENCE_MS,
      );
      waits.push((told?.at ?? Infinity) - (crossed.get(id) ?? 0));
    }
    const slowest = Math.max(...waits);
    expect(slowest).toBeLessThan(WITHIN_MS);
  });
});

async function disarmed(organization: string): Promise<string[]> {
  const { rows } = await fixture.database.pool.query<{ alert_key: string }>(
    'SELECT alert_key FROM disarmed_alert JOIN organization USING (organization_key) WHERE organization_id = $1',
    [organization],
  );
  return rows.map(({ alert_key: key }) => key);
}
