import {
  type AlertMeasure,
  amountOfUnits,
  crossedAlert,
  DEFAULT_ALERT_SETTINGS,
  disabledEndpointAlert,
  evaluateAlerts,
  instantOfMilliseconds,
  organizationIdOf,
  type RecordedAlert,
  UNITS_PER_CENT,
} from '@floopy/domain';
import { ALERT_MESSAGE_TYPE, alertMessageSchema } from './alert-message-schema';
import { encodeAlert, encodeAlertRecord } from './encode-alert';

const organizationId = organizationIdOf('org_acme');
const firedAt = instantOfMilliseconds(Date.UTC(2026, 10, 23, 10));
const periodStart = instantOfMilliseconds(Date.UTC(2026, 10, 1));

function cents(count: bigint): ReturnType<typeof amountOfUnits> {
  return amountOfUnits(count * UNITS_PER_CENT);
}

/** The first alert that a figure raises under the default settings. */
function raisedBy(measure: AlertMeasure): RecordedAlert {
  const [fired] = evaluateAlerts([measure], DEFAULT_ALERT_SETTINGS, new Set()).fired;
  if (fired === undefined) throw new Error(`${measure.kind} raises nothing`);
  return crossedAlert(fired, { alertId: 'alr_1', organizationId, position: 7, firedAt });
}

const SPIKE = { hour: firedAt, spend: cents(900n), usual: cents(100n) };
const MEASURES: readonly [AlertMeasure, object, string][] = [
  [{ kind: 'balance_low', balance: cents(999n) }, { balance: '999.0000000000' }, 'below 1000 credits'],
  [{ kind: 'days_left', daysLeft: 3 }, { days_left: 3 }, 'fewer than 7 days'],
  [{ kind: 'allowance', periodStart, used: 800, included: 1_000 }, { used: 800, included: 1_000 }, '80 %'],
  [
    { kind: 'team_budget', periodStart, teamId: 'team_search', spent: cents(8n), limit: cents(10n) },
    { spent: '8.0000000000', limit: '10.0000000000' },
    'team team_search has spent 80 %',
  ],
  [{ kind: 'spend_spike', spike: SPIKE, isGoingOn: true }, { usual: '100.0000000000' }, 'far more is spent'],
  [
    { kind: 'unpriced_model', dayStart: periodStart, provider: 'openai', model: 'gpt-9' },
    { provider: 'openai', model: 'gpt-9' },
    'openai/gpt-9 has no rate',
  ],
  [{ kind: 'dead_letters', dayStart: periodStart, records: 2 }, { records: 2 }, 'could not be applied'],
];

describe('encodeAlert', () => {
  it.each(MEASURES)('tells %j by its figures, to programs and to people', (measure, figures, words) => {
    const { json, subject, text } = encodeAlert(raisedBy(measure));
    const told = JSON.parse(json) as { type: string; timestamp: string; data: unknown };
    expect(told).toMatchObject({ type: ALERT_MESSAGE_TYPE, timestamp: '2026-11-23T10:00:00.000Z' });
    expect(alertMessageSchema.parse(told.data)).toMatchObject({ alert_id: 'alr_1', kind: measure.kind, figures });
    expect(subject).toContain(words);
    expect(text).toContain('alert: alr_1');
  });

  it('tells of a receiver that is no longer called, and why', () => {
    const alert = disabledEndpointAlert({ endpointId: 'end_1', organizationId }, 'answered 410', firedAt);
    const { subject, text } = encodeAlert(alert);
    expect(subject).toBe('org_acme: alerts are no longer sent to end_1');
    expect(text).toContain('reason: answered 410');
  });
});

describe('encodeAlertRecord', () => {
  it('is keyed by the organization and named by the alert', () => {
    const { key, value, headers } = encodeAlertRecord(raisedBy({ kind: 'days_left', daysLeft: 3 }));
    expect(key.toString()).toBe('org_acme');
    expect(headers).toMatchObject({ ce_id: 'alr_1', ce_type: ALERT_MESSAGE_TYPE, ce_subject: 'org_acme' });
    expect(alertMessageSchema.parse(JSON.parse(value.toString()))).toMatchObject({ kind: 'days_left', position: 7 });
  });
});
