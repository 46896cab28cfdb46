export const CLOUD_EVENTS_VERSION = '1.0';
export const JSON_MEDIA_TYPE = 'application/json';

export interface CloudEventContext {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly subject?: string;
}

/** The headers of a CloudEvent in binary mode, whose body is JSON. */
export function cloudEventHeaders(context: CloudEventContext): Record<string, string> {
  const { id, source, type, time, subject } = context;
  return {
    ce_specversion: CLOUD_EVENTS_VERSION,
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: time,
    ...(subject === undefined ? {} : { ce_subject: subject }),
    'content-type': JSON_MEDIA_TYPE,
  };
}
