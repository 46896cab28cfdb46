import type { Sha256 } from '../canonical-text';
import type { DeadLetterReason } from './parked-usage';
import type { UsageEvent } from './usage-event';
import { type UsageVoid, voidContentDigest } from './usage-void';
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

/** What decoding makes of a record: a usage event, one that voids another, or the reason why it is neither. */
export type DecodedUsage =
  | { readonly type: 'usage'; readonly event: UsageEvent }
  | { readonly type: 'voided'; readonly event: UsageVoid }
  | RejectedUsage;

/** A decoded event at its offset, with the digests that tell a resend from a conflict. */
export interface IdentifiedUsage {
  readonly type: 'usage';
  readonly offset: number;
  readonly event: UsageEvent;
  readonly identity: Digest;
  readonly content: Digest;
}

/** A void at its offset, with the identity of the event that it names. */
export interface IdentifiedVoid {
  readonly type: 'voided';
  readonly offset: number;
  readonly event: UsageVoid;
  readonly identity: Digest;
  readonly content: Digest;
  readonly voided: Digest;
}

export type RejectedRecord = RejectedUsage & { readonly offset: number };
export type IdentifiedRecord = IdentifiedUsage | IdentifiedVoid | RejectedRecord;

/** Adds to a decoded record what it will be recognised by. */
export function identifyUsage(offset: number, decoded: DecodedUsage, sha256: Sha256): IdentifiedRecord {
  if (decoded.type === 'rejected') return { ...decoded, offset };
  if (decoded.type === 'voided') return identifyVoid(offset, decoded.event, sha256);
  const { event } = decoded;
  return {
    type: 'usage',
    offset,
    event,
    identity: identityDigest(event, sha256),
    content: contentDigest(event, sha256),
  };
}

function identifyVoid(offset: number, event: UsageVoid, sha256: Sha256): IdentifiedVoid {
  return {
    type: 'voided',
    offset,
    event,
    identity: identityDigest(event, sha256),
    content: voidContentDigest(event, sha256),
    voided: identityDigest({ organizationId: event.organizationId, ...event.voided }, sha256),
  };
}
