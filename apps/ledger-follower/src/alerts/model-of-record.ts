import { decodeKeptRecord } from '@floopy/contracts';
import type { ModelOfRecord } from '@floopy/postgres';

/** The model of a parked record, as the contracts read it. */
export const modelOfRecord: ModelOfRecord = (record) => {
  const decoded = decodeKeptRecord(record);
  if (decoded.type !== 'usage') return null;
  const { provider, model } = decoded.event;
  return { provider, model };
};
