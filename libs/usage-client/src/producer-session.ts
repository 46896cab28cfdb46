import type { EncodedRecord } from '@floopy/contracts';
import type { Kafka, Producer } from 'kafkajs';

/** Before the 32-bit sequence numbers of one partition could wrap, which kafkajs gets wrong. */
const MAX_RECORDS_PER_SESSION = 2 ** 30;

/** How long a broker waits for its replicas. */
const REPLICATION_TIMEOUT_MS = 10_000;

const ALL_REPLICAS = -1;

/** Well within a delivery timeout: a broker that lagged behind may have named too few partitions. */
const METADATA_MAX_AGE_MS = 30_000;

/**
 * One idempotent producer: one producer id on the broker, and with it one run of sequence numbers a partition.
 *
 * Sequence numbers are what lets a broker recognize a batch that it has already written. They hold only as long as an
 * unconfirmed batch is followed by itself: if another one took its numbers, the broker would take it for the old one
 * and drop it. So a session whose batch was given up is retired: the other partitions finish with it what they have
 * begun, and everything new goes through another session.
 */
export class ProducerSession {
  private users = 0;
  private records = 0;
  private retired = false;
  private connecting: Promise<void> | null = null;

  constructor(
    private readonly producer: Producer,
    private readonly onEnd: (session: ProducerSession) => void,
  ) {}

  acceptsBatches(): boolean {
    return !this.retired && this.records < MAX_RECORDS_PER_SESSION;
  }

  acquire(): void {
    this.users += 1;
  }

  release(): void {
    this.users -= 1;
    if (this.users === 0 && !this.acceptsBatches()) void this.disconnect();
  }

  /** Takes no new batch from now on, and disconnects once nobody uses it. */
  retire(): void {
    this.retired = true;
  }

  /**
   * Sends one batch to one partition. There must be no other send to that partition on the way.
   *
   * One partition a send, since kafkajs handles several badly: it drops those that move to a broker that has already
   * answered, and it sends a slow broker's part again, under new numbers, when another broker fails first.
   * @returns the offset of the first record.
   * @throws when it is not certain that the whole batch is on all in-sync replicas.
   */
  async send(topic: string, partition: number, records: readonly EncodedRecord[]): Promise<bigint> {
    this.acquire();
    try {
      // An unconnected producer would send without a producer id, so that nothing could be recognized.
      await this.connect();
      const answers = await this.producer.send({
        topic,
        acks: ALL_REPLICAS,
        timeout: REPLICATION_TIMEOUT_MS,
        messages: records.map((record) => ({ ...record, partition })),
      });
      // A resolved send is no proof: partitions that kafkajs finds no leader for are missing in its answer.
      const answer = answers.find((candidate) => candidate.partition === partition && candidate.errorCode === 0);
      if (answer?.baseOffset === undefined) throw new Error(`partition ${partition} was left out of the answer`);
      this.records += records.length;
      return BigInt(answer.baseOffset);
    } finally {
      this.release();
    }
  }

  /** Ends the connections; what is on the way fails. A send that kafkajs retries reconnects, and ends them again. */
  async disconnect(): Promise<void> {
    this.retired = true;
    try {
      await this.producer.disconnect();
    } catch {
      // The connections are gone either way.
    } finally {
      if (this.users === 0) this.onEnd(this);
    }
  }

  private connect(): Promise<void> {
    this.connecting ??= this.producer.connect().catch((error: unknown) => {
      this.connecting = null;
      throw error;
    });
    return this.connecting;
  }
}

/** The session for new batches, and those that are still being finished. */
export class ProducerSessions {
  private current: ProducerSession | null = null;
  private readonly open = new Set<ProducerSession>();

  constructor(
    private readonly kafka: Kafka,
    private readonly onPartitionCount: (count: number) => void,
  ) {}

  /** A session for one batch; whoever acquires it releases it. */
  acquire(): ProducerSession {
    if (this.current === null || !this.current.acceptsBatches()) this.current = this.begin();
    this.current.acquire();
    return this.current;
  }

  async disconnect(): Promise<void> {
    await Promise.all([...this.open].map((session) => session.disconnect()));
  }

  private begin(): ProducerSession {
    const producer = this.kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      createPartitioner: () => (args) => {
        this.onPartitionCount(args.partitionMetadata.length);
        if (args.message.partition === undefined) throw new Error('every message is given its partition');
        return args.message.partition;
      },
    });
    const session = new ProducerSession(producer, (ended) => this.open.delete(ended));
    this.open.add(session);
    return session;
  }
}
