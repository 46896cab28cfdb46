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
  /** By the run of messages itself: what is never handed over is forgotten with it. */
  private readonly begun = new WeakMap<Messages, BatchRecord[]>();

  constructor(private readonly sha256: Sha256) {}

  /** Each record as usage or as the reason why it is none; its bytes stay with it. */
  decode({ batches, following }: GatheredBatches): UsageBatch[] {
    void this.decodeAhead(following.filter((messages) => !this.begun.has(messages)));
    return batches.map(({ topic, partition, epoch, continuousFrom, continuousUntil, messages }) => {
      const records = this.decodeUntil(messages, messages.length);
      return { topic, partition, epoch, continuousFrom, continuousUntil, records };
    });
  }

  private async decodeAhead(runs: readonly Messages[]): Promise<void> {
    for (const messages of runs) {
      for (let count = 0; count < messages.length; count += RECORDS_AT_A_TIME) {
        await letOthersWork();
        this.decodeUntil(messages, count + RECORDS_AT_A_TIME);
      }
    }
  }

  /** Goes on where it was left, and never back. */
  private decodeUntil(messages: Messages, count: number): BatchRecord[] {
    const records = this.begun.get(messages) ?? [];
    this.begun.set(messages, records);
    for (const message of messages.slice(records.length, count)) records.push(decodeRecord(message, this.sha256));
    return records;
  }
}
