import {
  type Charge,
  decideReversal,
  type Instant,
  type LedgerEvent,
  type OrganizationId,
  type PeriodCount,
  periodCountWithout,
  postReversal,
  type ReversalRefusal,
  type Sha256,
} from '@floopy/domain';
import type { CorrectingStream, CorrectionTransaction } from './correction-store';

export interface ReversalRequest {
  readonly organizationId: OrganizationId;
  /** The position of the charge. */
  readonly sequence: number;
  readonly reason: string;
  /** Whether its request is taken out of the monthly count, and out of overage where it was that. */
  readonly uncount: boolean;
}

export type ReversalOutcome =
  | {
      readonly type: 'reversed';
      readonly charge: Charge;
      readonly reversal: LedgerEvent;
      /** What the organization's latest period has come to, where that has changed. */
      readonly count: PeriodCount | null;
    }
  | {
      readonly type: 'refused';
      readonly code: ReversalRefusal | 'unknown_organization' | 'unknown_entry';
      /** What stands at the position, where something does. */
      readonly entry: LedgerEvent | null;
      /** The reversal that was posted before, where one was. */
      readonly reversal: LedgerEvent | null;
    };

export interface ReversalPorts {
  readonly store: {
    inTransaction<Result>(work: (transaction: CorrectionTransaction) => Promise<Result>): Promise<Result>;
  };
  readonly clock: () => Instant;
  readonly sha256: Sha256;
}

/**
 * Takes back what was charged for one entry, once: what was posted before is looked for under the stream's lock, and a unique
 * index holds it as well. The request goes on being counted, unless it is to be taken out and had counted by this entry.
 */
export async function reverseCharge(ports: ReversalPorts, request: ReversalRequest): Promise<ReversalOutcome> {
  return ports.store.inTransaction(async (transaction) => {
    const stream = await transaction.lockStream(request.organizationId);
    if (stream === null) return { type: 'refused', code: 'unknown_organization', entry: null, reversal: null };
    const found = await transaction.readCorrected(request.sequence);
    if (found === null) return { type: 'refused', code: 'unknown_entry', entry: null, reversal: null };
    const { entry, corrections } = found;
    const decision = decideReversal(entry, corrections, request.uncount);
    if (decision.type === 'refused') {
      const reversal = corrections.find(({ cause }) => cause.kind === 'reversal') ?? null;
      return { ...decision, entry, reversal };
    }
    const { charge } = decision.corrected;

    const { reason, uncount } = request;
    const reversal = { reason, uncount, voiding: null };
    const recordedAt = recordedOn(stream, ports.clock());
    const posting = postReversal(stream.head, decision.corrected, reversal, recordedAt, ports.sha256);
    const count = uncount ? periodCountWithout(stream.posting, entry.occurredAt) : null;
    await transaction.save({ postings: [posting], count });
    return { type: 'reversed', charge, reversal: posting.event, count };
  });
}

/** When the next event on a stream is recorded: a clock that was set back never takes it back. */
export function recordedOn({ head }: CorrectingStream, now: Instant): Instant {
  return now > head.recordedAt ? now : head.recordedAt;
}
