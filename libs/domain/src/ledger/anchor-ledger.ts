import { canonicalField, canonicalNumber, type Sha256 } from '../canonical-text';
import type { OrganizationId } from '../organization/organization';
import type { Instant } from '../time/instant';
import type { LedgerHash, StreamHead } from './ledger-event';

export const ANCHOR_ENCODING = 'floopy.anchor.1';

/** A link of an anchor's chain; the last one is its root. SHA-256, 64 lower-case hexadecimal digits. */
export type AnchorHash = string & { readonly hash: 'anchor' };

/** Where a stream ended when it was anchored: whatever is appended later, this entry stays what it is. */
export type AnchoredHead = Pick<StreamHead, 'organizationId' | 'sequence' | 'hash'>;

/** What the first organization of an anchor is chained to: it says when the heads were read. */
export function beginAnchor(anchoredAt: Instant, sha256: Sha256): AnchorHash {
  return sha256(canonicalField(ANCHOR_ENCODING) + canonicalNumber(anchoredAt)) as AnchorHash;
}

/**
 * Chains the next organization to those before it; they come in ascending order of their ids' bytes, each once. The
 * encoding is part of the contract (README of this lib): a root that was written down elsewhere holds every head.
 */
export function extendAnchor(previous: AnchorHash, head: AnchoredHead, sha256: Sha256): AnchorHash {
  const { organizationId, sequence, hash } = head;
  return sha256(
    canonicalField(ANCHOR_ENCODING) +
      canonicalField(previous) +
      canonicalField(organizationId) +
      canonicalNumber(sequence) +
      canonicalField(hash satisfies LedgerHash),
  ) as AnchorHash;
}

/** Whether an organization may follow another in an anchor: ids are ASCII, so that code units are bytes. */
export function isAnchoredAfter(previous: OrganizationId | null, next: OrganizationId): boolean {
  return previous === null || previous < next;
}
