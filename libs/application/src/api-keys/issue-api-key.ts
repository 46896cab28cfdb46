import type { OrganizationId, Sha256 } from '@floopy/domain';

/** What a key may be allowed to do; `operator` moves money and is for people on call. */
export const API_KEY_SCOPES = [
  'balance:read',
  'ledger:read',
  'requests:read',
  'usage:read',
  'admission:write',
  'plan:write',
  'overage:write',
  'members:write',
  'budgets:write',
  'alerts:write',
  'operator',
] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

export interface ApiKeyRequest {
  /** Null for an operator's key, which may act on any organization. */
  readonly organizationId: OrganizationId | null;
  /** Whose key it is, which bounds it by that member's role; absent or null for a key of no person. */
  readonly memberId?: string | null;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
}

export interface IssueApiKeyPorts {
  readonly store: {
    /** @returns false when the organization does not exist. */
    saveApiKey(key: ApiKeyRequest & { readonly keyId: string; readonly keyHash: string }): Promise<boolean>;
  };
  /** Text without blanks that nobody can guess, made of this many random bytes. */
  readonly randomText: (bytes: number) => string;
  readonly sha256: Sha256;
}

export type IssuedApiKey =
  | { readonly type: 'issued'; readonly keyId: string; readonly secret: string }
  | { readonly type: 'refused'; readonly code: 'unknown_organization' };

const SECRET_BYTES = 32;
const ID_BYTES = 9;

/** Issues a key. Its secret is in the answer and nowhere else: only its SHA-256 is kept. */
export async function issueApiKey(ports: IssueApiKeyPorts, request: ApiKeyRequest): Promise<IssuedApiKey> {
  const secret = `flp_${ports.randomText(SECRET_BYTES)}`;
  const keyId = `key_${ports.randomText(ID_BYTES)}`;
  const saved = await ports.store.saveApiKey({ ...request, keyId, keyHash: ports.sha256(secret) });
  return saved ? { type: 'issued', keyId, secret } : { type: 'refused', code: 'unknown_organization' };
}
