import * as fc from 'fast-check';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { type AlertSettings, DEFAULT_ALERT_SETTINGS, validateAlertSettings } from './alert-settings';
import { type AlertMeasure, evaluateAlerts } from './evaluate-alerts';

const NOVEMBER = at('2026-11-01T00:00:00Z');
const DECEMBER = at('2026-12-01T00:00:00Z');
const TODAY = at('2026-11-23T00:00:00Z');
const SPIKE = { hour: TODAY, spend: cents('40'), usual: cents('10') };

/** What is told as these measures come one after the other, each as its kind, target and threshold. */
function told(measures: readonly AlertMeasure[], settings: Partial<AlertSettings> = {}): string[][] {
  const disarmed = new Set<string>();
  return measures.map((measure) => {
    const { fired, rearmed } = evaluateAlerts([measure], { ...DEFAULT_ALERT_SETTINGS, ...settings }, disarmed);
    for (const { key } of fired) disarmed.add(key);
    for (const key of rearmed) disarmed.delete(key);
    return fired.map(({ target, threshold }) => `${target ?? 'organization'} ${threshold}`);
  });
}

const balances = (...texts: string[]): AlertMeasure[] =>
  texts.map((text) => ({ kind: 'balance_low', balance: cents(text) }));
const allowance = (used: number, included = 100, periodStart = NOVEMBER): AlertMeasure => ({
  kind: 'allowance',
  periodStart,
  used,
  included,
});
const budget = (spent: string, limit: string, teamId = 'search'): AlertMeasure => ({
  kind: 'team_budget',
  periodStart: NOVEMBER,
  teamId,
  spent: cents(spent),
  limit: cents(limit),
});

describe('evaluateAlerts', () => {
  it('tells of a low balance once, and again after it has recovered by a tenth', () => {
    const low = ['organization 1000.0000000000'];
    expect(told(balances('1000', '999', '500', '1000', '1099', '999', '1100', '999'))).toEqual([
      [],
      low,
      [],
      [],
      [],
      [],
      [],
      low,
    ]);
  });

  it('tells of each threshold by itself', () => {
    const settings = { balanceBelow: [cents('0'), cents('50')] };
    expect(told(balances('49', '-1', '0', '-1'), settings)).toEqual([
      ['organization 50.0000000000'],
      ['organization 0.0000000000'],
      [],
      ['organization 0.0000000000'],
    ]);
  });

  it('tells of the days that are left, and again after a day more', () => {
    const days = [8, 6, 7, 6, 8, 6, null].map((daysLeft): AlertMeasure => ({ kind: 'days_left', daysLeft }));
    expect(told(days)).toEqual([[], ['organization 7'], [], [], [], ['organization 7'], []]);
  });

  it('tells of the allowance at 80 and at 100 per cent, in each period', () => {
    const measures = [allowance(79), allowance(80), allowance(99), allowance(100), allowance(150)];
    expect(told([...measures, allowance(200, 100, DECEMBER)])).toEqual([
      [],
      ['organization 80'],
      [],
      ['organization 100'],
      [],
      ['organization 80', 'organization 100'],
    ]);
  });

  it('tells again when the allowance was raised and is used up again', () => {
    expect(told([allowance(80), allowance(80, 1_000), allowance(800, 1_000)])).toEqual([
      ['organization 80'],
      [],
      ['organization 80'],
    ]);
  });

  it('tells of each team by itself, and of a budget of nothing once something is spent', () => {
    expect(told([budget('79.9999999999', '100'), budget('80', '100'), budget('80', '100', 'ads')])).toEqual([
      [],
      ['search 80'],
      ['ads 80'],
    ]);
    expect(told([budget('0', '0'), budget('0.0000000001', '0')])).toEqual([[], ['search 80', 'search 100']]);
  });

  it('tells of a spike once while it goes on over the hours', () => {
    const hour = (spike: typeof SPIKE | null, isGoingOn: boolean): AlertMeasure => ({
      kind: 'spend_spike',
      spike,
      isGoingOn,
    });
    const hours = [hour(SPIKE, false), hour(null, true), hour(SPIKE, true), hour(null, false), hour(SPIKE, false)];
    expect(told(hours)).toEqual([['organization 300'], [], [], [], ['organization 300']]);
  });

  it('tells once a day of a model without a rate, and of dead letters until there are none', () => {
    const model: AlertMeasure = { kind: 'unpriced_model', dayStart: TODAY, provider: 'openai', model: 'gpt-9' };
    expect(told([model, model, { ...model, dayStart: DECEMBER }])).toEqual([
      ['openai/gpt-9 1'],
      [],
      ['openai/gpt-9 1'],
    ]);
    const letters = [0, 1, 5, 0, 2].map((records): AlertMeasure => ({
      kind: 'dead_letters',
      dayStart: TODAY,
      records,
    }));
    expect(told(letters)).toEqual([[], ['organization 1'], [], [], ['organization 1']]);
  });

  it('tells nothing of what is switched off', () => {
    const off: AlertSettings = {
      balanceBelow: [],
      daysLeftBelow: [],
      allowancePercents: [],
      teamBudgetPercents: [],
      spike: null,
      unpricedModels: false,
      deadLetters: null,
    };
    const measures: AlertMeasure[] = [
      ...balances('-1'),
      { kind: 'days_left', daysLeft: 0 },
      allowance(100),
      budget('1', '1'),
      { kind: 'spend_spike', spike: SPIKE, isGoingOn: false },
      { kind: 'unpriced_model', dayStart: TODAY, provider: 'openai', model: 'gpt-9' },
      { kind: 'dead_letters', dayStart: TODAY, records: 9 },
    ];
    expect(evaluateAlerts(measures, off, new Set())).toEqual({ fired: [], rearmed: [] });
    expect(evaluateAlerts(measures, DEFAULT_ALERT_SETTINGS, new Set()).fired.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'balance_low',
        'days_left',
        'allowance',
        'team_budget',
        'spend_spike',
        'unpriced_model',
        'dead_letters',
      ]),
    );
  });

  it('never tells of a threshold twice without a recovery in between', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 900, max: 1_200 })), (figures) => {
        const tellings = told(balances(...figures.map(String)));
        let isDisarmed = false;
        for (const [index, figure] of figures.entries()) {
          expect(tellings[index]?.length).toBe(figure < 1_000 && !isDisarmed ? 1 : 0);
          if (figure < 1_000) isDisarmed = true;
          if (figure >= 1_100) isDisarmed = false;
        }
      }),
    );
  });
});

describe('validateAlertSettings', () => {
  it('takes the default', () => {
    expect(validateAlertSettings(DEFAULT_ALERT_SETTINGS)).toEqual([]);
  });

  it.each<[string, Partial<AlertSettings>]>([
    ['out_of_range balance_below', { balanceBelow: [cents('-1')] }],
    ['repeated days_left_below', { daysLeftBelow: [7, 7] }],
    ['out_of_range days_left_below', { daysLeftBelow: [0.5] }],
    ['out_of_range allowance_percents', { allowancePercents: [0] }],
    ['too_many team_budget_percents', { teamBudgetPercents: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }],
    ['out_of_range spike/factor_percent', { spike: { factorPercent: 0, smallest: cents('1') } }],
    ['out_of_range spike/smallest', { spike: { factorPercent: 1, smallest: cents('-1') } }],
    ['out_of_range dead_letters', { deadLetters: 0 }],
  ])('refuses: %s', (fault, stated) => {
    const faults = validateAlertSettings({ ...DEFAULT_ALERT_SETTINGS, ...stated });
    expect(faults.map(({ code, path }) => `${code} ${path.join('/')}`)).toEqual([fault]);
  });
});
