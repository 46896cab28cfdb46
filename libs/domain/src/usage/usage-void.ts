import { canonicalField, canonicalNumber, type Sha256 } from '../canonical-text';
import type { OrganizationId } from '../organization/organization';
import type { Instant } from '../time/instant';
import { type Digest, digestOf, identityText } from './usage-identity';

/** A producer's statement that a usage event of its own was a mistake: nothing of it shall stand. */
export interface UsageVoid {
  readonly organizationId: OrganizationId;
  /** Its own identity, as any event's: the same on every resend. */
  readonly source: string;
  readonly id: string;
  /** When the producer said so. */
  readonly occurredAt: Instant;
  /** The event that it names, of the same organization. */
  readonly voided: { readonly source: string; readonly id: string };
  readonly reason: string;
}

/** What a resend of a void must repeat: every stated fact of it. No usage event has the same content. */
export function voidContentDigest(event: UsageVoid, sha256: Sha256): Digest {
  const text =
    canonicalField('voided') +
    identityText(event.organizationId, event.source, event.id) +
    canonicalNumber(event.occurredAt) +
    canonicalField(event.voided.source) +
    canonicalField(event.voided.id) +
    canonicalField(event.reason);
  return digestOf(text, sha256);
}
