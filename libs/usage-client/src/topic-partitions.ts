import { type Kafka, type PartitionMetadata, Partitioners } from 'kafkajs';

/** How many keys' partitions are remembered; hashing one takes 2 µs. */
const MAX_REMEMBERED_KEYS = 10_000;

const partitionOf = Partitioners.DefaultPartitioner();

/** Chooses partitions as every Java and kafkajs producer does by default: murmur2 of the key. */
export class TopicPartitions {
  private remembered = new Map<string, number>();
  private metadata: PartitionMetadata[];

  constructor(
    private readonly topic: string,
    count: number,
  ) {
    this.metadata = metadataOf(count);
  }

  /** Follows a topic that has grown. A smaller count is a half-read answer: a topic never shrinks. */
  growTo(count: number): void {
    if (count <= this.metadata.length) return;
    this.metadata = metadataOf(count);
    this.remembered = new Map();
  }

  of(key: Buffer): number {
    const name = key.toString('latin1');
    const known = this.remembered.get(name);
    if (known !== undefined) return known;
    const partition = partitionOf({
      topic: this.topic,
      partitionMetadata: this.metadata,
      message: { key, value: null },
    });
    if (this.remembered.size >= MAX_REMEMBERED_KEYS) this.remembered = new Map();
    this.remembered.set(name, partition);
    return partition;
  }
}

/** Asks the cluster. @throws when no broker answers, or when there is no such topic. */
export async function readPartitionCount(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const answer = await admin.fetchTopicMetadata({ topics: [topic] });
    const count = answer.topics.find((candidate) => candidate.name === topic)?.partitions.length ?? 0;
    if (count === 0) throw new Error(`the cluster names no partition of ${topic}`);
    return count;
  } finally {
    await admin.disconnect();
  }
}

/** The partitioner looks at the length alone when there is a key. */
function metadataOf(count: number): PartitionMetadata[] {
  return Array.from({ length: count }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
}
