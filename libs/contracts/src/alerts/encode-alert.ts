import { formatInstant, type Instant, type RecordedAlert } from '@floopy/domain';
import type { EncodedRecord } from '../usage/usage-record';
import { cloudEventHeaders } from '../wire/cloud-event-headers';
import { ALERT_MESSAGE_SOURCE, ALERT_MESSAGE_TYPE, type AlertMessage } from './alert-message-schema';
import { subjectOf, textOf } from './alert-words';

/** An alert as receivers read it. */
export interface EncodedAlert {
  readonly alertId: string;
  readonly firedAt: Instant;
  /** What a webhook posts: `{type, timestamp, data}`, as Standard Webhooks has it. */
  readonly json: string;
  /** For people. */
  readonly subject: string;
  readonly text: string;
}

export function encodeAlert(alert: RecordedAlert): EncodedAlert {
  const message = encodeAlertMessage(alert);
  return {
    alertId: alert.alertId,
    firedAt: alert.firedAt,
    json: JSON.stringify({ type: ALERT_MESSAGE_TYPE, timestamp: message.fired_at, data: message }),
    subject: subjectOf(alert),
    text: textOf(alert),
  };
}

/** Writes an alert as a record of the alerts topic, keyed by its organization; sent at least once, under its own id. */
export function encodeAlertRecord(alert: RecordedAlert): EncodedRecord {
  const message = encodeAlertMessage(alert);
  return {
    key: Buffer.from(alert.organizationId),
    value: Buffer.from(JSON.stringify(message)),
    headers: cloudEventHeaders({
      id: alert.alertId,
      source: ALERT_MESSAGE_SOURCE,
      type: ALERT_MESSAGE_TYPE,
      time: message.fired_at,
      subject: alert.organizationId,
    }),
  };
}

/** What webhooks, the topic and the API tell of an alert. */
export function encodeAlertMessage(alert: RecordedAlert): AlertMessage {
  return {
    alert_id: alert.alertId,
    organization_id: alert.organizationId,
    kind: alert.kind,
    target: alert.target,
    period_start: alert.periodStart === null ? null : formatInstant(alert.periodStart),
    threshold: alert.threshold,
    figures: alert.figures,
    position: alert.position,
    fired_at: formatInstant(alert.firedAt),
  };
}
