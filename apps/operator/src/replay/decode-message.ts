import type { BatchRecord, RawRecord } from '@floopy/application';
import { decodeUsageEvent } from '@floopy/contracts';
import { identifyUsage, instantOfMilliseconds } from '@floopy/domain';
import type { Stretch } from '@floopy/kafka';
import { sha256 } from '@floopy/runtime';

type Message = Stretch['messages'][number];

/** Decodes a record as the consumer did when it first came. */
export function decodeMessage(message: Message): BatchRecord {
  const { key, value, headers } = message;
  const offset = Number(message.offset);
  const appendedAt = instantOfMilliseconds(Number(message.timestamp));
  const decoded = decodeUsageEvent({ key, value, headers, appendedAt });
  const raw = (): RawRecord => ({ key, value, headers: headersOf(message) });
  return { offset, appendedAt, identified: identifyUsage(offset, decoded, sha256), raw };
}

function headersOf({ headers = {} }: Message): RawRecord['headers'] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, typeof one === 'string' ? Buffer.from(one) : one] as const),
  );
}
