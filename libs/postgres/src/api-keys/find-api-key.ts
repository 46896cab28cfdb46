import { type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** What a key that is in force may do. */
export interface ApiKeyGrant {
  readonly keyId: string;
  /** Null on an operator's key, which may act on any organization. */
  readonly organization: { readonly id: OrganizationId; readonly key: number } | null;
  readonly scopes: readonly string[];
}

interface ApiKeyRow {
  readonly key_id: string;
  readonly organization_id: string | null;
  readonly organization_key: number | null;
  readonly scopes: readonly string[];
}

/** Finds a key by the SHA-256 of its secret; null when there is none, or it was revoked. */
export async function findApiKey(queries: Queries, keyHash: string): Promise<ApiKeyGrant | null> {
  const rows = await queries.query<ApiKeyRow>({
    name: 'find_api_key',
    text: 'SELECT key_id, organization_id, organization_key, scopes FROM find_api_key($1)',
    values: [Buffer.from(keyHash, 'hex')],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { organization_id: id, organization_key: key } = row;
  const organization = id === null || key === null ? null : { id: organizationIdOf(id), key };
  return { keyId: row.key_id, organization, scopes: row.scopes };
}
