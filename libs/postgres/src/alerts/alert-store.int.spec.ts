import { type AlertStanding, calendarMonthOf, DEFAULT_ALERT_SETTINGS, type Instant } from '@floopy/domain';
import { type AlertsFixture, DAY_MS, NOON, openAlertsFixture } from '../../../../test/support/alerts-fixture';
import { cents } from '../../../../test/support/an-admission-question';
import { queriesOf } from '../connection/queries';
import { PAST_PERIODS_KEPT_MS } from './disarm-alerts';
import { findAlertSettings } from './find-alert-settings';
import { saveAlertSettings } from './save-alert-settings';

let fixture: AlertsFixture;
beforeEach(async () => {
  fixture = await openAlertsFixture();
});
afterEach(() => fixture.close());

const NOVEMBER = calendarMonthOf(NOON).start;
const DECEMBER = calendarMonthOf(NOON).end;

function balanceOf(count: number): Partial<AlertStanding> {
  return { balance: cents(count) };
}

/** All that everybody's plan includes is used. */
function allowanceIn(periodStart: Instant): Partial<AlertStanding> {
  return { latest: { periodStart, requests: 1_000 } };
}

describe('raiseAlerts', () => {
  it('tells a threshold once, and again when it was crossed again after it recovered', async () => {
    const counts: number[] = [];
    for (const count of [999, 998, 1_099, 999, 1_100, 999, 998]) {
      counts.push((await fixture.raise(balanceOf(count))).length);
    }
    expect(counts).toEqual([1, 0, 0, 0, 0, 1, 0]);
  });

  it('tells it once, however many judge it at once', async () => {
    const judges = Array.from({ length: 12 }, () => fixture.raise(balanceOf(1)));
    expect((await Promise.all(judges)).flat()).toHaveLength(1);
  });

  it('tells each period and threshold by itself', async () => {
    expect(await fixture.raise(allowanceIn(NOVEMBER))).toHaveLength(2);
    expect(await fixture.raise(allowanceIn(DECEMBER))).toHaveLength(2);
    for (const periodStart of [NOVEMBER, DECEMBER]) {
      expect(await fixture.raise(allowanceIn(periodStart))).toHaveLength(0);
    }
  });

  it('forgets what it told of periods that are long over, and nothing else', async () => {
    await fixture.raise({ ...allowanceIn(NOVEMBER), ...balanceOf(1) });
    fixture.pass(PAST_PERIODS_KEPT_MS + 31 * DAY_MS);
    await fixture.raise({ ...allowanceIn(calendarMonthOf(fixture.now()).start), ...balanceOf(1) });
    const { rows } = await fixture.database.pool.query<{ told: string }>(
      `SELECT split_part(alert_key, ' ', 1) AS told FROM disarmed_alert ORDER BY alert_key`,
    );
    expect(rows.map(({ told }) => told)).toEqual(['allowance', 'allowance', 'balance_low']);
    expect(await fixture.raise(balanceOf(1))).toEqual([]);
  });

  it('keeps what it told, with its figures and the place in the ledger', async () => {
    const [alert] = await fixture.raise(balanceOf(999));
    const { rows } = await fixture.database.pool.query<object>('SELECT * FROM alert');
    expect(rows).toMatchObject([
      {
        alert_id: alert?.alertId,
        kind: 'balance_low',
        threshold: '1000.0000000000',
        figures: '{"balance":"999.0000000000"}',
        position: '7',
        fired_at: new Date(NOON),
      },
    ]);
  });

  it('judges by what the organization said last', async () => {
    const { writer, organizationKey } = fixture;
    const settings = { ...DEFAULT_ALERT_SETTINGS, balanceBelow: [cents(5), cents(3)], spike: null };
    for (const stated of [DEFAULT_ALERT_SETTINGS, settings]) {
      await saveAlertSettings(queriesOf(writer), organizationKey, stated, { changedBy: 'ada', changedAt: NOON });
      expect(await findAlertSettings(queriesOf(writer), organizationKey)).toEqual(stated);
    }
    expect(await fixture.raise(balanceOf(999))).toEqual([]);
    expect((await fixture.raise(balanceOf(4))).map(({ threshold }) => threshold)).toEqual(['5.0000000000']);
  });
});
