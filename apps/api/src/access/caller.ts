import type { Actor, OrganizationId } from '@floopy/domain';
import type { ApiKeyGrant } from '@floopy/postgres';

/** Who asks, as it is recorded with what they change. */
export interface Caller {
  readonly actor: Actor;
  /** The member whose key it is, else the key itself. */
  readonly name: string;
  /** The one organization that the key is bound to; null for an operator's. */
  readonly organizationId: OrganizationId | null;
}

/**
 * Who a key stands for. A key of no person acts for its organization as an Owner would, as far as its scopes go: whoever
 * issued it decided on those.
 */
export function callerOf({ keyId, organization, member }: ApiKeyGrant): Caller {
  if (organization === null) return { actor: 'operator', name: keyId, organizationId: null };
  return { actor: member?.role ?? 'owner', name: member?.id ?? keyId, organizationId: organization.id };
}
