import { type OrganizationId, organizationIdOf, type Role } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { roleCodes } from '../organization/terms-codes';

/** What a key that is in force may do. */
export interface ApiKeyGrant {
  readonly keyId: string;
  /** Null on an operator's key, which may act on any organization. */
  readonly organization: { readonly id: OrganizationId; readonly key: number } | null;
  /** Whose key it is, with the role of the moment; null on a key of no person. */
  readonly member: { readonly id: string; readonly role: Role } | null;
  readonly scopes: readonly string[];
}

interface ApiKeyRow {
  readonly key_id: string;
  readonly organization_id: string | null;
  readonly organization_key: number | null;
  readonly member_id: string | null;
  readonly role: number | null;
  readonly scopes: readonly string[];
}

/** Finds a key by the SHA-256 of its secret; null when there is none, it was revoked, or its member has left. */
export async function findApiKey(queries: Queries, keyHash: string): Promise<ApiKeyGrant | null> {
  const rows = await queries.query<ApiKeyRow>({
    name: 'find_api_key',
    text: 'SELECT key_id, organization_id, organization_key, scopes, member_id, role FROM find_api_key($1)',
    values: [Buffer.from(keyHash, 'hex')],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { organization_id: id, organization_key: key, member_id: memberId, role } = row;
  const organization = id === null || key === null ? null : { id: organizationIdOf(id), key };
  const member = memberId === null || role === null ? null : { id: memberId, role: roleCodes.wordOf(role) };
  return { keyId: row.key_id, organization, member, scopes: row.scopes };
}
