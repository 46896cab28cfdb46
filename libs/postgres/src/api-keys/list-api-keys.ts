import { type Instant, instantOfMilliseconds, type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';

export interface ListedApiKey {
  readonly keyId: string;
  readonly organizationId: OrganizationId | null;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

interface ApiKeyRow {
  readonly key_id: string;
  readonly organization_id: string | null;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

/** Every key, in force or revoked, oldest first; of one organization when it is given. */
export async function listApiKeys(queries: Queries, organizationId: OrganizationId | null): Promise<ListedApiKey[]> {
  const rows = await queries.query<ApiKeyRow>({
    name: 'list_api_keys',
    text: `
      SELECT key_id, organization_id, api_key.name, scopes, api_key.created_at, revoked_at
        FROM api_key
        LEFT JOIN organization USING (organization_key)
       WHERE $1::text IS NULL OR organization_id = $1
       ORDER BY api_key.created_at, key_id`,
    values: [organizationId],
  });
  return rows.map((row) => ({
    keyId: row.key_id,
    organizationId: row.organization_id === null ? null : organizationIdOf(row.organization_id),
    name: row.name,
    scopes: row.scopes,
    createdAt: instantOfMilliseconds(row.created_at.getTime()),
    revokedAt: row.revoked_at === null ? null : instantOfMilliseconds(row.revoked_at.getTime()),
  }));
}
