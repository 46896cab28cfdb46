import {
  assert,
  canonicalField,
  type Charge,
  decideReversal,
  type Instant,
  isCharge,
  type LedgerEvent,
  type OrganizationId,
  type PeriodCount,
  periodCountWithout,
  postReversal,
  type ReversalRefusal,
  type Sha256,
} from '@floopy/domain';
import type { PriorEntry } from '../ledger/adjust-balance';
import type { CorrectedEntry, CorrectingStream, CorrectionTransaction } from './correction-store';

export interface ReversalRequest {
  readonly organizationId: OrganizationId;
  /** The position of the charge. */
  readonly sequence: number;
  readonly reason: string;
  /** Whether its request is taken out of the monthly count, and out of overage where it was that. */
  readonly uncount: boolean;
  /** Whoever asks again under it is told of the reversal that it made; without one, asking twice is refused. */
  readonly idempotencyKey?: string;
}

/** One transaction: all of it happens, or nothing. */
export interface ReversalTransaction extends CorrectionTransaction {
  /** What a key of the locked stream's organization was used for, by a reversal or anything else. */
  findPrior(idempotencyKey: string): Promise<PriorEntry | null>;
  keepIdempotencyKey(idempotencyKey: string, bodyDigest: string, reversal: LedgerEvent): Promise<void>;
}

export type ReversalOutcome =
  | {
      /** `repeated`: it was posted before, under the same idempotency key. */
      readonly type: 'reversed' | 'repeated';
      readonly charge: Charge;
      readonly reversal: LedgerEvent;
      /** What the organization's latest period has come to, where that has changed. */
      readonly count: PeriodCount | null;
    }
  | {
      readonly type: 'refused';
      readonly code: ReversalRefusal | 'unknown_organization' | 'unknown_entry' | 'idempotency_conflict';
      /** What stands at the position, where something does. */
      readonly entry: LedgerEvent | null;
      /** The reversal that was posted before, where one was. */
      readonly reversal: LedgerEvent | null;
    };

export interface ReversalPorts {
  readonly store: {
    inTransaction<Result>(work: (transaction: ReversalTransaction) => Promise<Result>): Promise<Result>;
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
    const { idempotencyKey } = request;
    const bodyDigest = digestOfBody(request, ports.sha256);
    const prior = idempotencyKey === undefined ? null : await transaction.findPrior(idempotencyKey);
    if (prior !== null) return repeat(prior, bodyDigest, found);
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
    if (idempotencyKey !== undefined) await transaction.keepIdempotencyKey(idempotencyKey, bodyDigest, posting.event);
    return { type: 'reversed', charge, reversal: posting.event, count };
  });
}

function repeat(prior: PriorEntry, bodyDigest: string, found: CorrectedEntry | null): ReversalOutcome {
  const { event: reversal } = prior;
  if (prior.bodyDigest !== bodyDigest)
    return { type: 'refused', code: 'idempotency_conflict', entry: null, reversal: null };
  assert(found !== null && isCharge(found.entry), 'what was reversed is a charge that stays on the ledger');
  return { type: 'repeated', charge: found.entry, reversal, count: null };
}

/** Of what the caller meant; the first field sets it apart from the body of an adjustment. */
function digestOfBody({ sequence, reason, uncount }: ReversalRequest, sha256: Sha256): string {
  return sha256(['reversal', String(sequence), reason, String(uncount)].map(canonicalField).join(''));
}

/** When the next event on a stream is recorded: a clock that was set back never takes it back. */
export function recordedOn({ head }: CorrectingStream, now: Instant): Instant {
  return now > head.recordedAt ? now : head.recordedAt;
}
