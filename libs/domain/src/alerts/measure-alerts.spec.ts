import { aCatalogue, termsAfter } from '../../test/a-plan';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { NO_TERMS } from '../organization/terms';
import { HOUR_MS } from '../spend/project-hourly-spend';
import { calendarMonthOf } from '../time/billing-period';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { DEFAULT_ALERT_SETTINGS } from './alert-settings';
import type { AlertKind, AlertMeasure } from './evaluate-alerts';
import { type AlertSpending, type AlertStanding, measureAlerts } from './measure-alerts';

const NOW = at('2026-11-23T10:30:00Z');
const { start: NOVEMBER, end: DECEMBER } = calendarMonthOf(NOW);
const HOUR = at('2026-11-23T10:00:00Z');
const QUIET: AlertSpending = { teams: new Map(), burn: null, hours: new Map(), since: null };

function aStanding(stated: Partial<AlertStanding> = {}): AlertStanding {
  const balance = cents('5000');
  return {
    position: 7,
    balance,
    terms: NO_TERMS,
    plans: aCatalogue(),
    latest: null,
    spending: QUIET,
    parked: [],
    ...stated,
  };
}

function measured(kind: AlertKind, stated: Partial<AlertStanding>, now = NOW): AlertMeasure[] {
  return measureAlerts(aStanding(stated), DEFAULT_ALERT_SETTINGS.spike, now).filter((each) => each.kind === kind);
}

/** Spending in hours before the running one; the same every day for a week, in all others. */
function hoursWith(spikes: Readonly<Record<number, string>>): AlertSpending {
  const hours = new Map<Instant, { spend: ReturnType<typeof cents> }>();
  for (let ago = 0; ago <= 7 * 24 + 1; ago += 1) {
    hours.set(instantOfMilliseconds(HOUR - ago * HOUR_MS), { spend: cents(spikes[ago] ?? '100') });
  }
  return { ...QUIET, hours, since: instantOfMilliseconds(HOUR - 30 * 24 * HOUR_MS) };
}

describe('measureAlerts', () => {
  it('takes the balance of a ledger that has begun, and of no other', () => {
    expect(measured('balance_low', {})).toEqual([{ kind: 'balance_low', balance: cents('5000') }]);
    expect(measured('balance_low', { position: 0 })).toEqual([]);
  });

  it('counts the requests of the running period against the plan in force', () => {
    const latest = { periodStart: NOVEMBER, requests: 990 };
    expect(measured('allowance', { latest })).toMatchObject([{ periodStart: NOVEMBER, used: 990, included: 1_000 }]);
    const inDecember = at('2026-12-01T00:00:00Z');
    expect(measured('allowance', { latest }, inDecember)).toMatchObject([{ periodStart: DECEMBER, used: 0 }]);
  });

  it('counts those of the next period once there are any, of a clock that is ahead', () => {
    const latest = { periodStart: DECEMBER, requests: 3 };
    expect(measured('allowance', { latest })).toMatchObject([{ periodStart: DECEMBER, used: 3 }]);
  });

  it('reckons the days that are left, and none before anything was spent', () => {
    const burn = { spend: cents('2000'), elapsedMs: 24 * HOUR_MS };
    expect(measured('days_left', { spending: { ...QUIET, burn } })).toEqual([{ kind: 'days_left', daysLeft: 2 }]);
    expect(measured('days_left', {})).toEqual([{ kind: 'days_left', daysLeft: null }]);
  });

  it('takes every budget, also of teams that spent nothing', () => {
    const terms = termsAfter(
      ['2026-11-02T00:00:00Z', { type: 'team_budget', teamId: 'search', limit: cents('10') }],
      ['2026-11-02T00:00:00Z', { type: 'team_budget', teamId: 'ads', limit: cents('5') }],
    );
    const teams = new Map([['search', cents('8')]]);
    expect(measured('team_budget', { terms, spending: { ...QUIET, teams } })).toEqual([
      { kind: 'team_budget', periodStart: NOVEMBER, teamId: 'search', spent: cents('8'), limit: cents('10') },
      { kind: 'team_budget', periodStart: NOVEMBER, teamId: 'ads', spent: cents('0'), limit: cents('5') },
    ]);
  });

  it('finds a spike in the running hour, or one that came to light after its hour was over', () => {
    expect(measured('spend_spike', { spending: hoursWith({}) })).toMatchObject([{ spike: null, isGoingOn: false }]);
    const running = measured('spend_spike', { spending: hoursWith({ 0: '900' }) });
    expect(running).toMatchObject([
      { spike: { hour: HOUR, spend: cents('900'), usual: cents('100') }, isGoingOn: false },
    ]);
    const over = measured('spend_spike', { spending: hoursWith({ 1: '900' }) });
    expect(over).toMatchObject([{ spike: { hour: HOUR - HOUR_MS }, isGoingOn: true }]);
  });

  it('leaves out what nobody knows now', () => {
    const kinds = measureAlerts(aStanding({ spending: null }), DEFAULT_ALERT_SETTINGS.spike, NOW).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['balance_low', 'allowance']);
    expect(measured('spend_spike', { spending: QUIET })).toEqual([]);
  });

  it('takes what was parked, day by day, and each model that has no rate', () => {
    const unpriced = [{ provider: 'openai', model: 'gpt-9' }];
    const parked = [
      { dayStart: at('2026-11-22T00:00:00Z'), records: 0, unpriced: [] },
      { dayStart: at('2026-11-23T00:00:00Z'), records: 2, unpriced },
    ];
    expect(measured('dead_letters', { parked })).toMatchObject([{ records: 0 }, { records: 2 }]);
    expect(measured('unpriced_model', { parked })).toMatchObject([{ dayStart: parked[1]?.dayStart, model: 'gpt-9' }]);
  });

  it('tells nothing of an organization that is closed', () => {
    const terms = termsAfter(['2026-11-02T00:00:00Z', { type: 'status', status: 'closed', reason: 'left' }]);
    expect(measureAlerts(aStanding({ terms }), null, NOW)).toEqual([]);
  });
});
