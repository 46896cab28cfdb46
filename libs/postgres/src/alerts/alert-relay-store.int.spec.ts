import { relayAlerts } from '@floopy/application';
import type { RecordedAlert } from '@floopy/domain';
import { type AlertsFixture, NOON, openAlertsFixture } from '../../../../test/support/alerts-fixture';
import { createAlertRelayStore } from './alert-relay-store';

let fixture: AlertsFixture;
let raised: RecordedAlert[];
beforeEach(async () => {
  fixture = await openAlertsFixture();
  raised = [];
  for (let nth = 0; nth < 10; nth += 1) {
    const unpriced = [{ provider: 'openai', model: `model_${nth}` }];
    raised.push(...(await fixture.raise({ parked: [{ dayStart: NOON, records: 0, unpriced }] })));
    fixture.pass(1);
  }
});
afterEach(() => fixture.close());

describe('relayAlerts', () => {
  it('tells the topic of every alert once when two relays run at once, each in the order in which they fired', async () => {
    const heard: RecordedAlert[] = [];
    const publisher = { publishAlerts: async (alerts: readonly RecordedAlert[]) => void heard.push(...alerts) };
    const store = createAlertRelayStore(fixture.writer, 3);
    const relay = async (): Promise<void> => {
      let told = 1;
      while (told > 0) told = await relayAlerts({ store, publisher });
    };
    await Promise.all([relay(), relay()]);
    expect(heard.toSorted((left, right) => left.firedAt - right.firedAt)).toEqual(raised);
  });

  it('tells it again what it may not have heard', async () => {
    const heard: string[] = [];
    const store = createAlertRelayStore(fixture.writer, 100);
    const failing = {
      publishAlerts: (alerts: readonly RecordedAlert[]) => {
        heard.push(...alerts.map(({ alertId }) => alertId));
        return heard.length > 10 ? Promise.resolve() : Promise.reject(new Error('no broker'));
      },
    };
    await expect(relayAlerts({ store, publisher: failing })).rejects.toThrow('no broker');
    expect(await relayAlerts({ store, publisher: failing })).toBe(10);
    expect(await relayAlerts({ store, publisher: failing })).toBe(0);
    expect(heard.slice(10)).toEqual(heard.slice(0, 10));
  });
});
