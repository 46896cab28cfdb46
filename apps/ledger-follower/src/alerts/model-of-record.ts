import { decodeUsageEvent } from '@floopy/contracts';
import type { ModelOfRecord } from '@floopy/postgres';

/** The model of a parked record, as the contracts read it. */
export const modelOfRecord: ModelOfRecord = ({ key, value, headers, appendedAt }) => {
  const decoded = decodeUsageEvent({
    key: bufferOf(key),
    value: bufferOf(value),
    headers: Object.fromEntries(headers.map(([name, bytes]) => [name, Buffer.from(bytes)])),
    appendedAt,
  });
  if (decoded.type === 'rejected') return null;
  const { provider, model } = decoded.event;
  return { provider, model };
};

function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
