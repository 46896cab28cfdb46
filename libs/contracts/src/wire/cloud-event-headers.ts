export const CLOUD_EVENTS_VERSION = '1.0';
export const JSON_MEDIA_TYPE = 'application/json';

export interface CloudEventContext {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly subject?: string;
  /** Of the ledger that it tells of: when it began as it is, in milliseconds since 1970. 0, and not written, until one was put back. */
  readonly incarnation?: number;
}

/** The header of an incarnation, which a message of the first one does not have. */
export const INCARNATION_HEADER = 'ce_incarnation';

/** The headers of a CloudEvent in binary mode, whose body is JSON. */
export function cloudEventHeaders(context: CloudEventContext): Record<string, string> {
  const { id, source, type, time, subject, incarnation = 0 } = context;
  return {
    ce_specversion: CLOUD_EVENTS_VERSION,
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: time,
    ...(subject === undefined ? {} : { ce_subject: subject }),
    ...(incarnation === 0 ? {} : { [INCARNATION_HEADER]: String(incarnation) }),
    'content-type': JSON_MEDIA_TYPE,
  };
}

/** What is at one position of one organization's ledger, in one incarnation: the same for ever. */
export function positionId(organizationId: string, position: number, incarnation: number): string {
  return incarnation === 0 ? `${organizationId}:${position}` : `${organizationId}:${incarnation}:${position}`;
}
