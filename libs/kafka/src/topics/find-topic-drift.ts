import type { TopicDeclaration } from '@floopy/contracts';
import { type Admin, ConfigResourceTypes } from 'kafkajs';

/** One setting in which a topic on the broker differs from its declaration. */
export interface TopicDrift {
  /** `partitions`, or the name of a topic configuration. */
  readonly setting: string;
  readonly declared: string;
  readonly found: string;
}

export type TopicFinding =
  | { readonly name: string; readonly type: 'missing' }
  | { readonly name: string; readonly type: 'as_declared' }
  | { readonly name: string; readonly type: 'drifted'; readonly drift: readonly TopicDrift[] };

/** Compares topics on the broker with what is declared. Settings that no declaration names may be anything. */
export async function findTopicDrift(admin: Admin, declarations: readonly TopicDeclaration[]): Promise<TopicFinding[]> {
  const existing = new Set(await admin.listTopics());
  const present = declarations.filter(({ name }) => existing.has(name));
  const partitions = await readPartitionCounts(admin, present);
  const settings = await readSettings(admin, present);
  return declarations.map((declaration) => {
    const { name } = declaration;
    if (!existing.has(name)) return { name, type: 'missing' };
    const drift = [
      ...partitionDrift(declaration, partitions.get(name) ?? 0),
      ...settingDrift(declaration, settings.get(name) ?? new Map()),
    ];
    return drift.length === 0 ? { name, type: 'as_declared' } : { name, type: 'drifted', drift };
  });
}

function partitionDrift({ partitions }: TopicDeclaration, found: number): TopicDrift[] {
  if (found === partitions) return [];
  return [{ setting: 'partitions', declared: String(partitions), found: String(found) }];
}

function settingDrift({ config }: TopicDeclaration, found: ReadonlyMap<string, string>): TopicDrift[] {
  return Object.entries(config)
    .filter(([setting, declared]) => found.get(setting) !== declared)
    .map(([setting, declared]) => ({ setting, declared, found: found.get(setting) ?? 'not set' }));
}

async function readPartitionCounts(
  admin: Admin,
  declarations: readonly TopicDeclaration[],
): Promise<Map<string, number>> {
  if (declarations.length === 0) return new Map();
  const { topics } = await admin.fetchTopicMetadata({ topics: declarations.map(({ name }) => name) });
  return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
}

async function readSettings(
  admin: Admin,
  declarations: readonly TopicDeclaration[],
): Promise<Map<string, Map<string, string>>> {
  if (declarations.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: declarations.map(({ name, config }) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(config),
    })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}
