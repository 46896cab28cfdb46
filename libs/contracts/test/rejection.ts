import { type DecodedUsage, decodeUsageEvent } from '../src/usage/decode-usage-event';
import { aUsageBody, aUsageRecord, type JsonObject, type UsageRecordParts } from './a-usage-record';

/** Why a record was rejected and where, or null when it was not. */
export function rejection(decoded: DecodedUsage): { reason: string; pointers: string[] } | null {
  if (decoded.type !== 'rejected') return null;
  return { reason: decoded.reason, pointers: decoded.faults.map((fault) => fault.pointer) };
}

export function decodeBody(overrides: JsonObject): ReturnType<typeof rejection> {
  return rejection(decodeUsageEvent(aUsageRecord({ body: aUsageBody(overrides) })));
}

/** Decodes a body whose usage is exactly this JSON text. */
export function decodeUsageText(usage: string): ReturnType<typeof rejection> {
  const value = JSON.stringify(aUsageBody({ usage: '@' })).replace('"@"', () => usage);
  return rejection(decodeUsageEvent(aUsageRecord({ value })));
}

export function decodeHeaders(headers: NonNullable<UsageRecordParts['headers']>): DecodedUsage {
  return decodeUsageEvent(aUsageRecord({ headers }));
}
