import { type AnchoredHead, type LedgerHash, organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';

interface HeadRow {
  readonly organization_id: string;
  readonly sequence: string | null;
  readonly hash: Buffer | null;
}

/**
 * Where every stream ends at this moment, in ascending order of the ids' bytes.
 * @throws when a stream has no head: verification names it
 */
export async function readAnchoredHeads(queries: Queries): Promise<AnchoredHead[]> {
  const rows = await queries.query<HeadRow>({
    name: 'read_anchored_heads',
    text: `
      SELECT organization_id, sequence, hash
        FROM organization
        LEFT JOIN organization_head USING (organization_key)
       ORDER BY organization_id COLLATE "C"`,
  });
  return rows.map(({ organization_id: id, sequence, hash }) => {
    if (sequence === null || hash === null) throw new Error(`${id} has no end of its stream: run "verify"`);
    return {
      organizationId: organizationIdOf(id),
      sequence: Number(sequence),
      hash: hash.toString('hex') as LedgerHash,
    };
  });
}
