import {
  type AlertFigures,
  instantOfMilliseconds,
  type NoticeKind,
  organizationIdOf,
  type RecordedAlert,
} from '@floopy/domain';

export interface AlertRow {
  readonly alert_id: string;
  readonly organization_id: string;
  readonly kind: NoticeKind;
  readonly target: string | null;
  readonly period_start: Date | null;
  readonly threshold: string | null;
  readonly figures: string;
  readonly position: string | null;
  readonly fired_at: Date;
}

export function mapAlertRow(row: AlertRow): RecordedAlert {
  return {
    alertId: row.alert_id,
    organizationId: organizationIdOf(row.organization_id),
    kind: row.kind,
    target: row.target,
    periodStart: row.period_start === null ? null : instantOfMilliseconds(row.period_start.getTime()),
    threshold: row.threshold,
    figures: JSON.parse(row.figures) as AlertFigures,
    position: row.position === null ? null : Number(row.position),
    firedAt: instantOfMilliseconds(row.fired_at.getTime()),
  };
}
