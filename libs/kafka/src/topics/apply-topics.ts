import type { TopicDeclaration } from '@floopy/contracts';
import type { ITopicConfig, Kafka } from 'kafkajs';
import { createTopics } from './create-topics';
import { findTopicDrift, type TopicFinding } from './find-topic-drift';

export interface AppliedTopics {
  /** Those that were missing, and exist now. */
  readonly created: readonly string[];
  /** How every declared topic is found after that. */
  readonly findings: readonly TopicFinding[];
}

/** As many copies as the cluster makes by default, which its operators decide. */
const CLUSTER_DEFAULT = -1;

/** Compares every declared topic with the broker's. */
export async function readTopics(kafka: Kafka, declarations: readonly TopicDeclaration[]): Promise<TopicFinding[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await findTopicDrift(admin, declarations);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Creates the declared topics that are missing. One that differs is reported and left alone: more partitions would move
 * keys, and another retention could delete what somebody still needs. Two that apply at once create each topic once.
 */
export async function applyTopics(kafka: Kafka, declarations: readonly TopicDeclaration[]): Promise<AppliedTopics> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const before = await findTopicDrift(admin, declarations);
    const created = before.filter(({ type }) => type === 'missing').map(({ name }) => name);
    if (created.length === 0) return { created, findings: before };
    const missing = declarations.filter(({ name }) => created.includes(name));
    await createTopics(admin, missing.map(toTopicConfig));
    return { created, findings: await findTopicDrift(admin, declarations) };
  } finally {
    await admin.disconnect();
  }
}

function toTopicConfig({ name, partitions, config }: TopicDeclaration): ITopicConfig {
  return {
    topic: name,
    numPartitions: partitions,
    replicationFactor: CLUSTER_DEFAULT,
    configEntries: Object.entries(config).map(([setting, value]) => ({ name: setting, value })),
  };
}
