import { assertNever } from '../assert';
import { formatAmount } from '../money/amount';
import type { OrganizationId } from '../organization/organization';
import { formatInstant, type Instant } from '../time/instant';
import { ALERT_KINDS, type AlertMeasure, type FiredAlert } from './evaluate-alerts';

/** What people are told of: a threshold that was crossed, a receiver that is no longer called, or that a receiver works. */
export const NOTICE_KINDS = [...ALERT_KINDS, 'endpoint_disabled', 'test'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Amounts as decimal strings of cents, times as texts, counts as whole numbers. */
export type AlertFigures = Readonly<Record<string, string | number | null>>;

/** An alert as it is kept and told: the same on every attempt, to every receiver. */
export interface RecordedAlert {
  readonly alertId: string;
  readonly organizationId: OrganizationId;
  readonly kind: NoticeKind;
  /** The team, model or receiver that it is about; null for the organization itself. */
  readonly target: string | null;
  readonly periodStart: Instant | null;
  /** As `FiredAlert` writes it; null where nothing was crossed. */
  readonly threshold: string | null;
  readonly figures: AlertFigures;
  /** The organization's place in its ledger that it was found at; null where the ledger has no part in it. */
  readonly position: number | null;
  readonly firedAt: Instant;
}

export type AlertOccasion = Pick<RecordedAlert, 'alertId' | 'organizationId' | 'position' | 'firedAt'>;

/** A threshold that was crossed, as it is told. */
export function crossedAlert(
  { kind, target, periodStart, threshold, measure }: FiredAlert,
  occasion: AlertOccasion,
): RecordedAlert {
  return { ...occasion, kind, target, periodStart, threshold, figures: figuresOf(measure) };
}

/** What all other receivers are told when one is no longer called. */
export function disabledEndpointAlert(
  endpoint: { readonly endpointId: string; readonly organizationId: OrganizationId },
  reason: string,
  firedAt: Instant,
): RecordedAlert {
  const { endpointId, organizationId } = endpoint;
  return {
    alertId: `${endpointId}.disabled.${firedAt}`,
    organizationId,
    kind: 'endpoint_disabled',
    target: endpointId,
    periodStart: null,
    threshold: null,
    figures: { reason },
    position: null,
    firedAt,
  };
}

/** What a receiver is told to see whether it is reached. */
export function testAlert(
  { endpointId, organizationId }: { readonly endpointId: string; readonly organizationId: OrganizationId },
  alertId: string,
  firedAt: Instant,
): RecordedAlert {
  const about = { kind: 'test', target: endpointId, periodStart: null, threshold: null, figures: {} } as const;
  return { ...about, alertId, organizationId, position: null, firedAt };
}

function figuresOf(measure: AlertMeasure): AlertFigures {
  switch (measure.kind) {
    case 'balance_low':
      return { balance: formatAmount(measure.balance) };
    case 'days_left':
      return { days_left: measure.daysLeft };
    case 'allowance':
      return { used: measure.used, included: measure.included };
    case 'team_budget':
      return { spent: formatAmount(measure.spent), limit: formatAmount(measure.limit) };
    case 'spend_spike':
      return spikeFigures(measure);
    case 'unpriced_model':
      return { provider: measure.provider, model: measure.model };
    case 'dead_letters':
      return { records: measure.records };
    default:
      return assertNever(measure);
  }
}

function spikeFigures({ spike }: Extract<AlertMeasure, { kind: 'spend_spike' }>): AlertFigures {
  if (spike === null) return {};
  const { hour, spend, usual } = spike;
  return { hour: formatInstant(hour), spend: formatAmount(spend), usual: formatAmount(usual) };
}
