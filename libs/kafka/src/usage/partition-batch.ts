import type { KafkaMessage } from 'kafkajs';

/** A run of records of one partition that this process has claimed. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  /** The messages are all that is left in the log from this offset on … */
  readonly continuousFrom: number;
  /** … and before this one; there may be none. */
  readonly continuousUntil: number;
  readonly messages: readonly KafkaMessage[];
  /** The messages of the partition's next batch, as far as they were fetched with these. */
  readonly following: readonly KafkaMessage[];
}

/** What the handler of a batch answers: how far it came, or why it may not go on. */
export type BatchOutcome =
  | { readonly type: 'ingested'; readonly nextOffset: number }
  | { readonly type: 'fenced' }
  | { readonly type: 'gap'; readonly nextOffset: number };

/** Batches of different partitions to be passed in one transaction, handed to the `@EventPattern` of their topic. */
export interface GatheredBatches {
  readonly batches: readonly PartitionBatch[];
  /** The messages that come next, as far as they were fetched: to make ready meanwhile. */
  readonly following: readonly PartitionBatch['messages'][];
}

/** Answers for each batch, in their order. What it throws is tried again for all of them. */
export type GatheringHandler = (gathered: GatheredBatches) => Promise<readonly BatchOutcome[]>;

export interface PartitionClaimed {
  readonly epoch: number;
  readonly nextOffset: number;
  /** The last one before `nextOffset`; null when none was read yet. */
  readonly lastRecord: LastRecord | null;
  readonly halted: string | null;
}

/** The record that was read last, by which a partition is recognised. Behind it only such offsets were passed as hold none. */
export interface LastRecord {
  readonly offset: number;
  readonly digest: string;
}

export interface PartitionHalt {
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  readonly reason: string;
}

/** The truth about offsets, which lies with the data and not with the broker. */
export interface PartitionClaims {
  /** Claims a partition for this process: whoever held it before can write no more. */
  claim(topic: string, partition: number, earliestOffset: number): Promise<PartitionClaimed>;
  /** Notes why a partition is not read any further, as whoever holds this claim has found. */
  halt(halt: PartitionHalt): Promise<void>;
  /** Those of a topic that are not read any further, until an operator has them go on. */
  halted(topic: string): Promise<ReadonlySet<number>>;
  /** Recognises a record, so that a topic that was made anew is not taken for the old one. */
  digestOf(message: KafkaMessage): string;
}

/** What the reader tells its process of, as facts. */
export interface ReaderObserver {
  /** From now on these are this process's to read, and what is known of others is somebody else's to tell. */
  assigned(partitions: readonly number[]): void;
  claimed(partition: number, claim: PartitionClaimed): void;
  halted(partition: number, reason: string): void;
  fenced(partition: number): void;
  /**
   * A batch or a claim failed, or with null, the brokers do not answer; it is tried again until it succeeds. Told once
   * for each run of failures, which ends only when something of the partition, or with the brokers, succeeds.
   */
  failing(partition: number | null, error: unknown): void;
  recovered(partition: number | null): void;
  /** After each batch: its records, and how many the partition's log still holds past it. */
  advanced(partition: number, records: number, lagRecords: number): void;
}
