import type { StreamReach } from '@floopy/application';
import { type Instant, type LedgerHash, type OrganizationId, organizationIdOf } from '@floopy/domain';
import { int4Array } from '../connection/binary-array';
import { amountOfRow } from '../ledger/lock-streams';
import type { SnapshotReader } from '../ledger/stream-connection';
import { readInstant } from '../ledger/stream-values';

const BATCH_SIZE = 1_000;

/** How far the entries of some organizations reach in time, and how each stream ends: a few places in its indexes. */
export async function readStreamReach(
  reader: SnapshotReader,
  organizationKeys: readonly number[],
): Promise<Map<OrganizationId, StreamReach>> {
  const text = `
    SELECT organization_id, last.sequence, last.balance_after, last.hash,
           least((SELECT min(occurred_at) FROM ledger_event WHERE organization_key = organization.organization_key),
                 (SELECT recorded_at FROM ledger_event WHERE organization_key = organization.organization_key
                   ORDER BY sequence LIMIT 1)),
           greatest((SELECT max(occurred_at) FROM ledger_event WHERE organization_key = organization.organization_key),
                    last.recorded_at)
      FROM organization
      LEFT JOIN LATERAL (
             SELECT sequence, balance_after, hash, recorded_at
               FROM ledger_event
              WHERE ledger_event.organization_key = organization.organization_key
              ORDER BY sequence DESC
              LIMIT 1) AS last ON true
     WHERE organization_key = ANY ($1::int4[])`;
  const reach = new Map<OrganizationId, StreamReach>();
  const values = [int4Array(organizationKeys)];
  for await (const rows of reader.stream({ cursor: 'reach', text, values, batchSize: BATCH_SIZE })) {
    for (const [id, sequence, balance, hash, earliest, latest] of rows) {
      const last =
        sequence === null || sequence === undefined
          ? null
          : {
              sequence: Number(sequence),
              balance: amountOfRow(balance ?? 'none'),
              hash: (hash ?? '').slice(String.raw`\x`.length) as LedgerHash,
            };
      reach.set(organizationIdOf(id ?? ''), { earliest: instantIn(earliest), latest: instantIn(latest), last });
    }
  }
  return reach;
}

function instantIn(text: string | null | undefined): Instant | null {
  return text === null || text === undefined ? null : readInstant(text);
}
