import type { BatchRecord, RawRecord } from '@floopy/application';
import { decodeUsageEvent } from '@floopy/contracts';
import { identifyUsage, instantOfMilliseconds, type Sha256 } from '@floopy/domain';
import type { PartitionBatch } from '@floopy/kafka';

type KafkaRecord = PartitionBatch['messages'][number];

/** Decodes a record to usage or to the reason why it is none; its bytes stay with it. */
export function decodeRecord(message: KafkaRecord, sha256: Sha256): BatchRecord {
  const { offset, appendedAt, raw } = placeOf(message);
  const { key, value, headers } = message;
  const decoded = decodeUsageEvent({ key, value, headers, appendedAt });
  return { offset, appendedAt, raw, identified: identifyUsage(offset, decoded, sha256) };
}

/** Where a record lies, when the broker took it, and its bytes as they are parked or recognised. */
export function placeOf(message: KafkaRecord): Pick<BatchRecord, 'offset' | 'appendedAt' | 'raw'> {
  return {
    offset: Number(message.offset),
    appendedAt: instantOfMilliseconds(Number(message.timestamp)),
    raw: () => ({ key: message.key, value: message.value, headers: headersOf(message) }),
  };
}

function headersOf({ headers = {} }: KafkaRecord): RawRecord['headers'] {
  return Object.entries(headers).flatMap(([name, value = null]) =>
    [value].flat().map((one) => [name, typeof one === 'string' ? Buffer.from(one) : one] as const),
  );
}
