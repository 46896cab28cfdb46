import type { RawRecord } from '@floopy/application';
import { storableJson } from '../connection/storable-text';

/** The columns of a record that is kept with its bytes. */
export interface StoredRecordRow {
  readonly record_key: Buffer | null;
  readonly record_value: Buffer | null;
  readonly record_headers: StoredHeaders;
}

export type StoredHeaders = readonly (readonly [name: string, base64: string | null])[];

/** The bytes of a kept record, as they arrived. */
export function rawRecordOf({
  record_key: key,
  record_value: value,
  record_headers: headers,
}: StoredRecordRow): RawRecord {
  return {
    key,
    value,
    headers: headers.map(([name, base64]) => [name, base64 === null ? null : Buffer.from(base64, 'base64')] as const),
  };
}

/** Header names and values in base64, pairs in their order: any bytes survive, and so does a value that is null. */
export function storedHeaders(headers: RawRecord['headers']): string {
  return storableJson(
    headers.map(([name, value]) => [name, value === null ? null : Buffer.from(value).toString('base64')]),
  );
}

export function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
