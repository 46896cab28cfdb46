import { type Admin, ConfigResourceTypes } from 'kafkajs';

const SETTING = 'retention.ms';

/** How long a topic keeps its records by its settings on the broker, in milliseconds; null when for ever. */
export async function readRetention(admin: Admin, topic: string): Promise<number | null> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: [SETTING] }],
  });
  const value = resources[0]?.configEntries.find(({ configName }) => configName === SETTING)?.configValue;
  if (value === undefined) throw new Error(`the brokers do not say how long they keep ${topic}: no ${SETTING}`);
  return Number(value) < 0 ? null : Number(value);
}
