import type { StoredPlan } from '@floopy/application';
import type { SnapshotReader } from './stream-connection';
import { readInstant } from './stream-values';

const BATCH_SIZE = 100;

/** Every published version of every plan: its text, the hash that was kept of it, and its times. */
export async function readPublishedPlans(reader: SnapshotReader): Promise<StoredPlan[]> {
  const text = `
    SELECT version, content, content_hash, date_trunc('milliseconds', effective_at),
           date_trunc('milliseconds', published_at)
      FROM plan_version
     ORDER BY version`;
  const plans: StoredPlan[] = [];
  for await (const rows of reader.stream({ cursor: 'prices', text, batchSize: BATCH_SIZE })) {
    for (const [version, content, contentHash, effectiveAt, publishedAt] of rows) {
      plans.push({
        version: Number(version),
        text: content ?? '',
        contentHash: contentHash ?? '',
        effectiveAt: readInstant(effectiveAt ?? 'none'),
        publishedAt: readInstant(publishedAt ?? 'none'),
      });
    }
  }
  return plans;
}
