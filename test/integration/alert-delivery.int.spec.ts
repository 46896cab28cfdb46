import { AlertDeliveries } from '@floopy/application';
import { createMailSender, createWebhookSender } from '@floopy/delivery';
import { RETRY_WAITS_MS } from '@floopy/domain';
import { startMailServer } from '../support/mail-server';
import { type AlertsFixture, DAY_MS, HOUR_MS, LIMITS, NONE, NOON, openAlertsFixture } from '../support/alerts-fixture';
import { cents } from '../support/an-admission-question';
import { until } from '../support/until';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';

/** Two and a half days of what it spends are left. */
const FEW_DAYS = {
  spending: { teams: new Map(), burn: { spend: cents(40_000), elapsedMs: DAY_MS }, hours: new Map(), since: null },
};
const LOW = { balance: cents(1) };
const WEBHOOKS = { type: 'webhook', isFailing: false } as const;

let alerts: AlertsFixture;
let receiver: WebhookReceiver;
let other: WebhookReceiver;
beforeEach(async () => {
  alerts = await openAlertsFixture();
  [receiver, other] = await Promise.all([startWebhookReceiver(), startWebhookReceiver()]);
  await alerts.addWebhook('end_1', receiver);
});
afterEach(async () => {
  await Promise.all([receiver.close(), other.close()]);
  await alerts.close();
});

describe('AlertDeliveries', () => {
  it('delivers an alert to every receiver of its organization, signed, under one id, once', async () => {
    await alerts.addWebhook('end_2', other);
    const [alert] = await alerts.raise(LOW);
    expect(await alerts.deliver()).toEqual({ ...NONE, delivered: 2 });
    expect(await alerts.deliver()).toEqual(NONE);
    for (const { received } of [receiver, other]) {
      const payload = { data: { kind: 'balance_low', position: 7 } };
      expect(received).toMatchObject([{ id: alert?.alertId, payload }]);
    }
  });

  it('makes each attempt once when several loops run at once', async () => {
    for (let nth = 0; nth < 40; nth += 1) {
      const unpriced = [{ provider: 'openai', model: `model_${nth}` }];
      await alerts.raise({ parked: [{ dayStart: NOON, records: 0, unpriced }] });
    }
    const delivered = await Promise.all([roundsOf(5), roundsOf(7), roundsOf(3)]);
    expect(delivered.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(idsAt(receiver).size).toBe(40);
    expect(receiver.received).toHaveLength(40);
  });

  it('tries again under the same id, after longer and longer', async () => {
    receiver.answerWith(503);
    await alerts.raise(FEW_DAYS);
    for (const waitMs of RETRY_WAITS_MS) {
      expect(await alerts.deliver()).toEqual({ ...NONE, retried: 1 });
      alerts.pass(waitMs - 1);
      expect(await alerts.deliver()).toEqual(NONE);
      alerts.pass(1);
    }
    expect(await endpoint('end_1')).toMatchObject({ failing_since: new Date(NOON) });
    receiver.answerWith(204);
    expect(await alerts.deliver()).toEqual({ ...NONE, delivered: 1 });
    expect(receiver.received).toHaveLength(RETRY_WAITS_MS.length + 1);
    expect(idsAt(receiver).size).toBe(1);
    expect(await endpoint('end_1')).toMatchObject({ failing_since: null, disabled_at: null });
  });

  it('repeats under the same id what was sent and not noted, once its sender has had its time', async () => {
    await alerts.raise(FEW_DAYS);
    const crashing = { ...alerts.ports.store, saveEnding: () => Promise.reject(new Error('killed')) };
    await expect(alerts.deliver({ store: crashing })).rejects.toThrow('killed');
    alerts.pass(LIMITS.takenForMs - 1);
    expect(await alerts.deliver()).toEqual(NONE);
    alerts.pass(1);
    expect(await alerts.deliver()).toEqual({ ...NONE, delivered: 1 });
    expect(receiver.received).toHaveLength(2);
    expect(idsAt(receiver).size).toBe(1);
  });

  it('lets an attempt that took too long note nothing over the one after it', async () => {
    await alerts.raise(FEW_DAYS);
    const now = alerts.now();
    const [slow] = await alerts.ports.store.takeDue({
      now,
      takenUntil: now,
      limit: 1,
      limitOfReceiver: 1,
      lane: WEBHOOKS,
      except: [],
    });
    receiver.answerWith(503);
    expect(await alerts.deliver()).toEqual({ ...NONE, retried: 1 });
    if (slow === undefined) throw new Error('nothing was due');
    await alerts.ports.store.saveEnding(slow, { type: 'delivered' }, now);
    alerts.pass(RETRY_WAITS_MS[1]);
    receiver.answerWith(204);
    expect(await alerts.deliver()).toEqual({ ...NONE, delivered: 1 });
  });

  it('stops calling a receiver that has failed for three days, gives up the rest, and tells the others so', async () => {
    await alerts.addWebhook('end_2', other);
    receiver.answerWith(500);
    await alerts.raise(FEW_DAYS);
    await alerts.deliver();
    alerts.pass(LIMITS.patienceMs - 1);
    await alerts.raise(LOW);
    await alerts.deliver();
    expect(await endpoint('end_1')).toMatchObject({ disabled_at: null });
    alerts.pass(HOUR_MS);
    expect(await alerts.deliver()).toEqual({ ...NONE, endpoint_disabled: 2 });
    expect(await endpoint('end_1')).toMatchObject({ disabled_reason: 'answered 500' });
    expect(await alerts.deliver()).toEqual({ ...NONE, delivered: 1 });
    expect(other.received.map(({ payload }) => payload.data['kind'])).toEqual([
      'days_left',
      'balance_low',
      'endpoint_disabled',
    ]);
    expect(other.received[2]?.payload.data).toMatchObject({ target: 'end_1', figures: { reason: 'answered 500' } });
    alerts.pass(24 * HOUR_MS);
    expect(await alerts.deliver()).toEqual(NONE);
  });

  it('lets no receiver wait for one that takes calls and never answers', async () => {
    await alerts.addWebhook('end_2', other);
    receiver.answerWith(null);
    for (let nth = 0; nth < 20; nth += 1) {
      const unpriced = [{ provider: 'openai', model: `model_${nth}` }];
      await alerts.raise({ parked: [{ dayStart: NOON, records: 0, unpriced }] });
    }
    const senders = { webhook: createWebhookSender({ timeoutMs: 120_000, insecure: true }), mail: null };
    const few = { ...LIMITS, limit: 6, limitOfReceiver: 2, lane: WEBHOOKS };
    const lane = new AlertDeliveries({ ...alerts.ports, senders }, few);
    await until(
      () => lane.begin().then(() => lane.tally.delivered),
      (delivered) => delivered === 20,
    );
    expect(idsAt(other).size).toBe(20);
    expect(receiver.received).toHaveLength(2);
    expect(lane.tally).toEqual({ ...NONE, delivered: 20 });
    await receiver.close();
    await lane.settle();
    expect(lane.tally).toEqual({ ...NONE, delivered: 20, retried: 2 });
  });

  it('stops calling a receiver at once that says that it is gone', async () => {
    receiver.answerWith(410);
    await alerts.raise(FEW_DAYS);
    expect(await alerts.deliver()).toEqual({ ...NONE, endpoint_disabled: 1 });
    await alerts.raise(LOW);
    expect(await alerts.deliver()).toEqual(NONE);
    expect(receiver.received).toHaveLength(1);
  });

  it('delivers by e-mail where there is a mail server, and lets e-mails wait where there is none', async () => {
    const smtp = await startMailServer();
    const mail = createMailSender({ smtpUrl: smtp.url, from: 'billing@example.com', timeoutMs: 2_000 });
    await alerts.addEmail('end_mail', 'ada@example.com');
    const [alert] = await alerts.raise(LOW);
    expect(await alerts.deliver()).toEqual({ ...NONE, delivered: 1 });
    const senders = { ...alerts.ports.senders, mail };
    expect(await alerts.deliver({ senders })).toEqual({ ...NONE, delivered: 1 });
    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]).toContain(`Message-ID: <${alert?.alertId}@floopy.billing>`);
    mail.close();
    await smtp.close();
  });
});

/** Rounds until nothing is due. @returns how many deliveries they made */
async function roundsOf(limit: number): Promise<number> {
  let delivered = 0;
  for (;;) {
    const round = await alerts.deliver({}, { limit });
    if (round.delivered === 0) return delivered;
    delivered += round.delivered;
  }
}

function idsAt({ received }: WebhookReceiver): Set<string> {
  return new Set(received.map(({ id }) => id));
}

async function endpoint(endpointId: string): Promise<object | undefined> {
  const { rows } = await alerts.database.pool.query<object>('SELECT * FROM alert_endpoint WHERE endpoint_id = $1', [
    endpointId,
  ]);
  return rows[0];
}
