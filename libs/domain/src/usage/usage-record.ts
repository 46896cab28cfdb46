import type { Sha256 } from '../canonical-text';
import type { DeadLetterReason } from './parked-usage';
import type { UsageEvent } from './usage-event';
import { contentDigest, type Digest, identityDigest } from './usage-identity';

/** What is wrong with a part of an event; `pointer` is a JSON pointer into its structured CloudEvents form. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** A record that could not be read as usage, with what could still be read of its identity. */
export interface RejectedUsage {
  readonly type: 'rejected';
  readonly reason: DeadLetterReason;
  readonly faults: readonly Fault[];
  readonly organizationId: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
}

/** What decoding makes of a record: a usage event, or the reason why it is none. */
export type DecodedUsage = { readonly type: 'usage'; readonly event: UsageEvent } | RejectedUsage;

/** A decoded event at its offset, with the digests that tell a resend from a conflict. */
export interface IdentifiedUsage {
  readonly type: 'usage';
  readonly offset: number;
  readonly event: UsageEvent;
  readonly identity: Digest;
  readonly content: Digest;
}

export type RejectedRecord = RejectedUsage & { readonly offset: number };
export type IdentifiedRecord = IdentifiedUsage | RejectedRecord;

/** Adds to a decoded record what it will be recognised by. */
export function identifyUsage(offset: number, decoded: DecodedUsage, sha256: Sha256): IdentifiedRecord {
  if (decoded.type === 'rejected') return { ...decoded, offset };
  const { event } = decoded;
  return {
    type: 'usage',
    offset,
    event,
    identity: identityDigest(event, sha256),
    content: contentDigest(event, sha256),
  };
}
