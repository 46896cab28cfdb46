import { setTimeout as pause } from 'node:timers/promises';
import type { GatheredBatches, PartitionBatch } from '@floopy/kafka';
import { sha256 } from '@floopy/runtime';
import { until } from '../../../../test/support/until';
import { aPlainUsage, recordOf } from '../../../../test/support/usage-records';
import { BatchDecoder, RECORDS_AT_A_TIME } from './batch-decoder';
import { decodeRecord } from './decode-record';

type Message = PartitionBatch['messages'][number];

function messagesFrom(offset: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const { key, value, headers } = recordOf(aPlainUsage({ id: `evt_${offset + index}` }));
    return {
      key: Buffer.from(key ?? ''),
      value: Buffer.from(value ?? ''),
      headers,
      offset: String(offset + index),
      timestamp: String(Date.UTC(2026, 10, 1, 10)),
      attributes: 0,
    } as Message;
  });
}

function gathered(messages: readonly Message[], following: readonly Message[]): GatheredBatches {
  const continuousFrom = Number(messages[0]?.offset ?? 0);
  const continuousUntil = continuousFrom + messages.length;
  const place = { topic: 'usage', partition: 0, epoch: 1, continuousFrom, continuousUntil };
  return { batches: [{ ...place, messages, following }], following: [following] };
}

describe('BatchDecoder', () => {
  const FIRST = 3;
  const SECOND = 2 * RECORDS_AT_A_TIME + 1;
  const DIGESTS_OF_A_RECORD = 2;
  let digests: number;
  let decoder: BatchDecoder;

  beforeEach(() => {
    digests = 0;
    decoder = new BatchDecoder((text) => {
      digests += 1;
      return sha256(text);
    });
  });

  it('decodes every record in order, whether it was made ready before or not', async () => {
    const [first, second] = [messagesFrom(0, FIRST), messagesFrom(FIRST, SECOND)];
    const decoded = decoder.decode(gathered(first, second));
    // Some of the second are ready by now, and some are not.
    await pause(0);
    decoded.push(...decoder.decode(gathered(second, [])));
    const offsets = decoded.flatMap(({ records }) => records.map(({ offset }) => offset));
    expect(offsets).toEqual(Array.from({ length: FIRST + SECOND }, (_, offset) => offset));
    expect(decoded[1]?.records.map(({ identified }) => identified)).toEqual(
      second.map((message) => decodeRecord(message, sha256).identified),
    );
  });

  it('makes ready what follows while others work, and does not do it twice', async () => {
    const [first, second] = [messagesFrom(0, FIRST), messagesFrom(FIRST, SECOND)];
    decoder.decode(gathered(first, second));
    expect(digests).toBe(DIGESTS_OF_A_RECORD * FIRST);
    const all = DIGESTS_OF_A_RECORD * (FIRST + SECOND);
    await until(
      () => digests,
      (count) => count === all,
    );
    decoder.decode(gathered(second, []));
    expect(digests).toBe(all);
  });

  it('makes ready no more of what an earlier transaction named, once a later one names what follows it', async () => {
    const [first, second, third] = [
      messagesFrom(0, FIRST),
      messagesFrom(FIRST, SECOND),
      messagesFrom(FIRST + SECOND, 1),
    ];
    decoder.decode(gathered(first, second));
    decoder.decode(gathered(second, third));
    const all = DIGESTS_OF_A_RECORD * (FIRST + SECOND + 1);
    await until(
      () => digests,
      (count) => count === all,
    );
    await pause(0);
    expect(digests).toBe(all);
  });
});
