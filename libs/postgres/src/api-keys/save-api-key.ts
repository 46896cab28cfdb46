import type { OrganizationId } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** A key as it is kept: the secret itself is never here. */
export interface ApiKeyRecord {
  readonly keyId: string;
  /** SHA-256 of the secret, 64 hexadecimal digits. */
  readonly keyHash: string;
  readonly organizationId: OrganizationId | null;
  /** Whose key it is; absent or null for a key of no person. */
  readonly memberId?: string | null;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Keeps a new key. @returns false, and keeps nothing, when its organization does not exist. */
export async function saveApiKey(queries: Queries, key: ApiKeyRecord): Promise<boolean> {
  const rows = await queries.query<{ key_id: string }>({
    name: 'save_api_key',
    text: `
      INSERT INTO api_key (key_id, key_hash, organization_key, name, scopes, member_id)
      SELECT $1, $2, organization_key, $4, $5, $6
        FROM (SELECT 1) AS one
        LEFT JOIN organization ON organization_id = $3
       WHERE $3::text IS NULL OR organization_key IS NOT NULL
      RETURNING key_id`,
    values: [
      key.keyId,
      Buffer.from(key.keyHash, 'hex'),
      key.organizationId,
      key.name,
      key.scopes,
      key.memberId ?? null,
    ],
  });
  return rows.length === 1;
}
