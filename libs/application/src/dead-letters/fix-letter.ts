import {
  type DeadLetterReason,
  decideCorrection,
  type Fault,
  reissuedIdentity,
  type UsageEvent,
  type UsageVoid,
} from '@floopy/domain';
import type { LetterPorts, LockedLetter, Operator } from './letter-store';

export interface FixRequest {
  readonly letterKey: number;
  /** A CloudEvent in JSON, as producers write them in structured mode; null: what arrived, issued again as it is. */
  readonly event: object | null;
  /** Under an identity of the operator's, since its own is taken or cannot be read. */
  readonly isReissued: boolean;
  readonly operator: Operator;
}

type Refusal =
  | Extract<ReturnType<typeof decideCorrection>, { type: 'refused' }>
  | { readonly type: 'refused'; readonly code: 'unknown_letter' | 'event_required' }
  | { readonly type: 'refused'; readonly code: 'resolved'; readonly status: LockedLetter['status'] }
  /** What was handed in would be parked, too. */
  | {
      readonly type: 'refused';
      readonly code: 'faulty_event';
      readonly reason: DeadLetterReason;
      readonly faults: readonly Fault[];
    };

export type FixOutcome = { readonly type: 'fixed'; readonly event: UsageEvent | UsageVoid } | Refusal;

/**
 * Keeps a corrected event beside a dead letter, to be taken in its place when it is driven through the pipeline again. What
 * arrived stays as it is. A later correction goes before an earlier one.
 */
export async function fixLetter(ports: LetterPorts, request: FixRequest): Promise<FixOutcome> {
  const { letterKey, isReissued, operator } = request;
  return ports.store.inTransaction(async (transaction) => {
    const letter = await transaction.lockLetter(letterKey);
    if (letter === null) return { type: 'refused', code: 'unknown_letter' };
    const { status, appendedAt } = letter;
    if (status !== 'parked') return { type: 'refused', code: 'resolved', status };
    const event = request.event ?? (isReissued ? ports.eventOf({ ...letter.raw, appendedAt }) : null);
    if (event === null) return { type: 'refused', code: 'event_required' };

    const raw = ports.encode(event, isReissued ? reissuedIdentity(operator.name, letterKey) : null);
    const decoded = ports.decode({ ...raw, appendedAt });
    if (decoded.type === 'rejected') {
      return { type: 'refused', code: 'faulty_event', reason: decoded.reason, faults: decoded.faults };
    }
    const decision = decideCorrection(letter, decoded.event, isReissued);
    if (decision.type === 'refused') return decision;
    await transaction.saveCorrection(letterKey, { raw, isReissued }, operator);
    return { type: 'fixed', event: decoded.event };
  });
}
