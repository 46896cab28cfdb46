import type { Queries } from '../connection/queries';

/** Revokes a key for good, once. @returns false when there is no such key in force. */
export async function revokeApiKey(queries: Queries, keyId: string): Promise<boolean> {
  const rows = await queries.query<{ key_id: string }>({
    name: 'revoke_api_key',
    text: `
      UPDATE api_key SET revoked_at = now()
       WHERE key_id = $1 AND revoked_at IS NULL
      RETURNING key_id`,
    values: [keyId],
  });
  return rows.length === 1;
}
