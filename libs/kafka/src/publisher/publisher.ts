import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';

/** A record with its key; the key chooses the partition as it does for every other producer. */
export interface PublishedRecord {
  /** Null only where the original had none; such a record goes to any partition. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer | Buffer[]>>;
}

const ALL_REPLICAS = -1;
/**
 * The records of one send may all belong to one partition, where they are one batch, and our topics take batches of up
 * to 1 MiB: past that, the broker would refuse the same send for ever.
 */
const MAX_BYTES_PER_SEND = 900_000;
/** Lengths, offset and time of a record; lengths of a header. */
const RECORD_BYTES = 32;
const HEADER_BYTES = 8;

/**
 * Publishes at least once and in order: one send at a time, and what a send answers is compared with what was sent,
 * because the client resolves a send of which it dropped a partition. After a failure the caller publishes the same
 * records again, from the first that is not certain.
 */
export class Publisher {
  private readonly producer: Producer;
  /** Partitions that the send under way has chosen. */
  private readonly chosen = new Set<number>();
  private sending: Promise<void> = Promise.resolve();
  private connecting: Promise<void> | undefined;

  constructor(kafka: Kafka) {
    const partitionOf = Partitioners.DefaultPartitioner();
    this.producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: () => (record) => {
        const partition = partitionOf(record);
        this.chosen.add(partition);
        return partition;
      },
    });
  }

  async disconnect(): Promise<void> {
    await this.sending.catch(() => undefined);
    await this.producer.disconnect();
  }

  /** @throws when it is not certain that every record is on all in-sync replicas. */
  async publish(topic: string, records: readonly PublishedRecord[]): Promise<void> {
    const previous = this.sending.catch(() => undefined);
    this.sending = previous.then(() => this.publishInTurn(topic, records));
    return this.sending;
  }

  private async publishInTurn(topic: string, records: readonly PublishedRecord[]): Promise<void> {
    let batch: PublishedRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const size = bytesOf(record);
      if (batch.length > 0 && bytes + size > MAX_BYTES_PER_SEND) {
        await this.sendOnce(topic, batch);
        [batch, bytes] = [[], 0];
      }
      batch.push(record);
      bytes += size;
    }
    if (batch.length > 0) await this.sendOnce(topic, batch);
  }

  private async sendOnce(topic: string, records: readonly PublishedRecord[]): Promise<void> {
    await this.connect();
    this.chosen.clear();
    const messages: Message[] = records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } }));
    const answers = await this.producer.send({ topic, acks: ALL_REPLICAS, messages });
    const written = new Set(answers.filter(({ errorCode }) => errorCode === 0).map(({ partition }) => partition));
    const missing = [...this.chosen].filter((partition) => !written.has(partition));
    if (missing.length > 0) throw new Error(`partitions ${missing.join(', ')} of ${topic} are missing in the answer`);
  }

  private connect(): Promise<void> {
    this.connecting ??= this.producer.connect().catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }
}

function bytesOf({ key, value, headers }: PublishedRecord): number {
  let bytes = RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, values] of Object.entries(headers)) {
    for (const one of [values].flat()) bytes += HEADER_BYTES + name.length + Buffer.byteLength(one);
  }
  return bytes;
}
