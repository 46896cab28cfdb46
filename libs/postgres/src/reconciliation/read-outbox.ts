import type { Outbox } from '@floopy/application';
import { instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';

interface OutboxRow {
  readonly entries: string;
  readonly since: Date | null;
}

/**
 * What the relay has not handed on yet: entries past each stream's checkpoint. One look at every stream's head; the
 * oldest entry is looked up only on the streams that are behind.
 */
export async function readOutbox(queries: Queries): Promise<Outbox> {
  const rows = await queries.query<OutboxRow>({
    name: 'read_outbox',
    text: `
      SELECT coalesce(sum(behind.sequence - behind.relayed), 0) AS entries, min(oldest.recorded_at) AS since
        FROM (SELECT head.organization_key, head.sequence, coalesce(checkpoint.sequence, 0) AS relayed
                FROM organization_head AS head
                LEFT JOIN relay_checkpoint AS checkpoint USING (organization_key)
               WHERE head.sequence > coalesce(checkpoint.sequence, 0)) AS behind
        LEFT JOIN ledger_event AS oldest
               ON oldest.organization_key = behind.organization_key AND oldest.sequence = behind.relayed + 1`,
  });
  const [row] = rows;
  const since = row?.since ?? null;
  return { entries: Number(row?.entries ?? 0), since: since === null ? null : instantOfMilliseconds(since.getTime()) };
}
