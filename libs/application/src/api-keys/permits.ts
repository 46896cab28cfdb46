import type { Role } from '@floopy/domain';
import type { ApiKeyScope } from './issue-api-key';

const READS = ['balance:read', 'ledger:read', 'requests:read', 'usage:read'] as const satisfies readonly ApiKeyScope[];

const ADMINISTERS = [...READS, 'budgets:write', 'alerts:write'] as const satisfies readonly ApiKeyScope[];

/** What a person's key may do at most: an Owner's whatever is on it, except to act as one of us. */
const ROLE_SCOPES: Readonly<Record<Role, readonly ApiKeyScope[]>> = {
  member: READS,
  admin: ADMINISTERS,
  owner: [...ADMINISTERS, 'plan:write', 'overage:write', 'members:write'],
};

/** Whether a key may do something: its scopes say so, and the role of the person whose key it is does not forbid it. */
export function permits(
  key: { readonly scopes: readonly string[]; readonly role: Role | null },
  scope: ApiKeyScope,
): boolean {
  return key.scopes.includes(scope) && (key.role === null || ROLE_SCOPES[key.role].includes(scope));
}
