import { setImmediate as letOthersWork } from 'node:timers/promises';
import type { BatchRecord, UsageBatch } from '@floopy/application';
import type { Sha256 } from '@floopy/domain';
import type { GatheredBatches, PartitionBatch } from '@floopy/kafka';
import { decodeRecord } from './decode-record';

type Messages = PartitionBatch['messages'];

/** Decoded in one go, a millisecond or two: an answer of the database does not wait longer than that. */
export const RECORDS_AT_A_TIME = 100;

/**
 * Decodes batches, and while the database works on them, what was fetched behind them. Without this the records that
 * come next would wait for the database, and then the database for them.
 */
export class BatchDecoder {
  /** Until they are handed over; what never is, is forgotten with its message. */
  private readonly ahead = new WeakMap<Messages[number], BatchRecord>();
  /** What the latest batches named as following; earlier ones named part of the same. */
  private following: GatheredBatches['following'] = [];

  constructor(private readonly sha256: Sha256) {}

  /** Each record as usage or as the reason why it is none; its bytes stay with it. */
  decode({ batches, following }: GatheredBatches): UsageBatch[] {
    void this.decodeAhead(following);
    return batches.map(({ topic, partition, epoch, continuousFrom, continuousUntil, messages }) => {
      const records = messages.map((message) => this.takeDecoded(message));
      return { topic, partition, epoch, continuousFrom, continuousUntil, records };
    });
  }

  private async decodeAhead(following: GatheredBatches['following']): Promise<void> {
    this.following = following;
    for (const messages of following) {
      for (let from = 0; from < messages.length; from += RECORDS_AT_A_TIME) {
        await letOthersWork();
        if (this.following !== following) return;
        for (const message of messages.slice(from, from + RECORDS_AT_A_TIME)) this.decodeOnce(message);
      }
    }
  }

  private decodeOnce(message: Messages[number]): void {
    if (!this.ahead.has(message)) this.ahead.set(message, decodeRecord(message, this.sha256));
  }

  private takeDecoded(message: Messages[number]): BatchRecord {
    const decoded = this.ahead.get(message);
    if (decoded === undefined) return decodeRecord(message, this.sha256);
    this.ahead.delete(message);
    return decoded;
  }
}
