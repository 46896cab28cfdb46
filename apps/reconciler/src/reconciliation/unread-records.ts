import type { UnreadRecords } from '@floopy/application';
import { readRetention, WaitingRecordsFinder } from '@floopy/kafka';
import { type Queries, readPartitionProgress } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';

type Admin = ConstructorParameters<typeof WaitingRecordsFinder>[0];

export interface UnreadTerms {
  readonly admin: Admin;
  readonly queries: Queries;
  readonly topic: string;
}

/** Reads what waits in the usage topic, since when, and how long the topic keeps it. */
export function unreadRecordsOf({ admin, queries, topic }: UnreadTerms): () => Promise<UnreadRecords> {
  const finder = new WaitingRecordsFinder(admin, topic);
  return async () => {
    const progress = await readPartitionProgress(queries, topic);
    const { waiting } = await finder.find(progress, systemClock());
    const retentionMs = await readRetention(admin, topic);
    let records = 0;
    let since: UnreadRecords['since'] = null;
    for (const partition of waiting.values()) {
      records += partition.records;
      if (since === null || partition.since < since) since = partition.since;
    }
    return { records, since, retentionMs };
  };
}
