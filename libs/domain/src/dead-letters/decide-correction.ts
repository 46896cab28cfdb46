import type { OrganizationId } from '../organization/organization';
import type { DeadLetterReason } from '../usage/parked-usage';

/** What could be read of a parked record's identity, and why it was parked. */
export interface ParkedIdentity {
  readonly reason: DeadLetterReason;
  readonly organizationId: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
}

/** What an operator states in the place of a parked record. */
export interface StatedIdentity {
  readonly organizationId: OrganizationId;
  readonly source: string;
  readonly id: string;
}

export type CorrectionDecision =
  | { readonly type: 'accepted' }
  | {
      readonly type: 'refused';
      readonly code:
        /** It says to be another event than the one that was parked. */
        | 'identity_changed'
        /** Another event has its identity: only under another one can it be applied. */
        | 'identity_taken'
        /** It has none that could be kept. */
        | 'identity_unreadable'
        /** It has one of its own, under which its producer may send it again: under another it could be charged twice. */
        | 'identity_free';
    };

/** Reasons that are about which organization is meant: what is corrected may name another one. */
const ABOUT_ORGANIZATION: ReadonlySet<DeadLetterReason> = new Set(['unknown_organization', 'key_mismatch']);

/** Whether an identity of the operator's is the only one that a parked record can be applied under. */
export function needsReissue({ reason, organizationId, source, eventId }: ParkedIdentity): boolean {
  return reason === 'conflict' || organizationId === null || source === null || eventId === null;
}

/**
 * Decides whether a corrected event may stand for a parked record: under the record's own identity, or, where that is taken
 * or cannot be read and the operator says so, issued again under one of theirs.
 */
export function decideCorrection(
  parked: ParkedIdentity,
  stated: StatedIdentity,
  isReissued: boolean,
): CorrectionDecision {
  if (isReissued) return needsReissue(parked) ? { type: 'accepted' } : { type: 'refused', code: 'identity_free' };
  if (parked.reason === 'conflict') return { type: 'refused', code: 'identity_taken' };
  if (needsReissue(parked)) return { type: 'refused', code: 'identity_unreadable' };
  const isSameEvent = stated.source === parked.source && stated.id === parked.eventId;
  const isSameOwner = stated.organizationId === parked.organizationId || ABOUT_ORGANIZATION.has(parked.reason);
  return isSameEvent && isSameOwner ? { type: 'accepted' } : { type: 'refused', code: 'identity_changed' };
}

const LONGEST_OPERATOR = 100;

/** The identity under which an operator issues a parked record again: it names them, and the dead letter, whoever reads it. */
export function reissuedIdentity(operator: string, letterKey: number): Pick<StatedIdentity, 'source' | 'id'> {
  const name = operator.replaceAll(/[^A-Za-z0-9._@-]/g, '-').slice(0, LONGEST_OPERATOR);
  return { source: `/floopy/operator/${name}`, id: `dead-letter-${letterKey}` };
}
