import { randomUUID } from 'node:crypto';
import {
  CLOUD_EVENTS_VERSION,
  decodeUsageEvent,
  type EncodedRecord,
  USAGE_EVENT_TYPE,
  USAGE_VOIDED_TYPE,
  type UsageEventInput,
  type UsageFault,
  type UsageRecord,
  type UsageVoidInput,
} from '@floopy/contracts';
import type { EventAttributes, MistakenUsage, RejectionReason } from './outcomes';

export type EncodedUsage =
  | { readonly type: 'encoded'; readonly id: string; readonly record: EncodedRecord }
  | { readonly type: 'rejected'; readonly reason: RejectionReason; readonly faults: readonly UsageFault[] };

/**
 * Writes a usage as the record that is sent, and judges that very record as the service will: what is encoded here is
 * not parked there for its shape. Total, also for callers without types.
 */
export function encodeUsage(
  usage: UsageEventInput,
  attributes: Partial<EventAttributes>,
  source: string,
): EncodedUsage {
  return encodeStatement(usage, USAGE_EVENT_TYPE, attributes, source);
}

/** The same for a void. An event that names no source is one of this client's own. */
export function encodeVoid(mistake: MistakenUsage, attributes: Partial<EventAttributes>, source: string): EncodedUsage {
  return encodeStatement({ source, ...mistake }, USAGE_VOIDED_TYPE, attributes, source);
}

function encodeStatement(
  body: object,
  type: string,
  attributes: Partial<EventAttributes>,
  source: string,
): EncodedUsage {
  const value = jsonBytes(body);
  if (value === null) {
    return { type: 'rejected', reason: 'undecodable', faults: [{ pointer: '/data', detail: 'must be JSON' }] };
  }
  const id = attributes.id ?? randomUUID();
  const record = {
    key: keyOf(body),
    value,
    headers: headersOf({ ...attributes, id, time: attributes.time ?? new Date() }, type, source),
  };
  const judged = decodeUsageEvent({ ...record, appendedAt: Date.now() as UsageRecord['appendedAt'] });
  if (judged.type === 'rejected') return { type: 'rejected', reason: judged.reason, faults: judged.faults };
  return { type: 'encoded', id, record };
}

/** What a record says, exactly as it was accepted, whatever the caller did to its own object since. */
export function readBack(
  record: EncodedRecord,
): { attributes: EventAttributes } & ({ usage: UsageEventInput } | { mistake: UsageVoidInput }) {
  const { ce_id: id = '', ce_time: time = '', ce_type: type, traceparent } = record.headers;
  const attributes = { id, time: new Date(time), ...(traceparent === undefined ? {} : { traceparent }) };
  const body: unknown = JSON.parse(record.value.toString());
  if (type === USAGE_VOIDED_TYPE) return { attributes, mistake: body as UsageVoidInput };
  return { attributes, usage: body as UsageEventInput };
}

/** Usage is keyed by its organization. What has none is rejected for that, whatever its key. */
function keyOf(usage: unknown): Buffer {
  const names = typeof usage === 'object' && usage !== null && 'organization_id' in usage;
  return Buffer.from(names ? String(usage.organization_id) : '');
}

function headersOf(attributes: EventAttributes, type: string, source: string): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: CLOUD_EVENTS_VERSION,
    ce_id: attributes.id,
    ce_source: source,
    ce_type: type,
    ce_time: Number.isNaN(attributes.time.getTime()) ? 'unknown' : attributes.time.toISOString(),
    'content-type': 'application/json',
  };
  if (attributes.traceparent !== undefined) headers['traceparent'] = attributes.traceparent;
  return headers;
}

/** @returns null for what JSON cannot write: a bigint, a cycle. */
function jsonBytes(body: unknown): Buffer | null {
  try {
    return Buffer.from(JSON.stringify(body) ?? '');
  } catch {
    return null;
  }
}
