import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@floopy/contracts';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { SentRun } from '../bench/latency/settings';
import { partitionOf } from '../bench/workload/partition-of';
import type { DrawnRecord, PoisonRecords } from './poison-records';
import { shuffled } from './random';

export const GOOD_PER_SECOND = 300;
const SEND_EVERY_MS = 10;

interface FloodTerms {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly records: PoisonRecords;
  readonly random: () => number;
}

interface DueRecord extends DrawnRecord {
  readonly dueAtMs: number;
}

/** An open loop: every good record has a time at which it is due, whatever became of those before it. */
export class PoisonFlood {
  private constructor(
    private readonly terms: FloodTerms,
    private readonly producer: Producer,
  ) {}

  static async begin(terms: FloodTerms): Promise<PoisonFlood> {
    const kafka = new Kafka({ brokers: [...terms.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return new PoisonFlood(terms, producer);
  }

  /** @returns where each good record lies, and when it was due. */
  async send({ isPoisoned, forMs }: { isPoisoned: boolean; forMs: number }): Promise<SentRun[]> {
    const { records, random } = this.terms;
    const total = Math.round((forMs / 1_000) * GOOD_PER_SECOND);
    const beganAtMs = Date.now();
    const sends: Promise<SentRun[]>[] = [];
    for (let next = 0; next < total;) {
      const until = Math.min(total, Math.floor(((Date.now() - beganAtMs) / 1_000) * GOOD_PER_SECOND));
      const drawn: DueRecord[] = [];
      for (; next < until; next += 1) {
        const dueAtMs = beganAtMs + (next / GOOD_PER_SECOND) * 1_000;
        drawn.push({ ...records.good(), dueAtMs });
        if (isPoisoned) drawn.push({ ...records.bad(), dueAtMs });
      }
      if (drawn.length > 0) sends.push(this.sendAll(shuffled(drawn, random)));
      await pause(SEND_EVERY_MS);
    }
    return (await Promise.all(sends)).flat();
  }

  end(): Promise<void> {
    return this.producer.disconnect();
  }

  private async sendAll(drawn: readonly DueRecord[]): Promise<SentRun[]> {
    const placed = drawn.map(({ message, ...rest }) => {
      const partition = partitionOf(Buffer.from(message.key), TOPICS.usageRecorded.partitions);
      return { ...rest, partition, message: { ...message, partition } };
    });
    const answers = await this.producer.send({
      topic: this.terms.topic,
      messages: placed.map(({ message }) => message),
    });
    return answers.flatMap(({ partition, baseOffset }) =>
      placed
        .filter((record) => record.partition === partition)
        .map((record, index) => ({ ...record, firstOffset: Number(baseOffset) + index }))
        .filter(({ isGood }) => isGood)
        .map(({ firstOffset, dueAtMs }) => ({ partition, firstOffset, dueAtMs: [dueAtMs] })),
    );
  }
}
