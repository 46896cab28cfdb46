import type { DecodedUsage, UsageEventInput, UsageFault, UsageVoidInput } from '@floopy/contracts';

/** A usage event that was a mistake: of which organization, its id, why, and its source where that is another client's. */
export type MistakenUsage = Omit<UsageVoidInput, 'source'> & Partial<Pick<UsageVoidInput, 'source'>>;

/** What stands around a usage: the CloudEvents attributes that its producer chooses. */
export interface EventAttributes {
  /** 1–128 visible ASCII characters, unique within the client's `source`; the same on every resend. */
  readonly id: string;
  /** When the request was served; at most 5 minutes ahead of the broker's clock. */
  readonly time: Date;
  /** W3C trace context of the request. */
  readonly traceparent?: string;
}

/** The reason for which the service would park it: `invalid`, `oversized`, … */
export type RejectionReason = Extract<DecodedUsage, { type: 'rejected' }>['reason'];

/** What `record` answers, at once. Whatever is not `accepted` was not taken, and is still the caller's. */
export type RecordOutcome = TakenOutcome<DeliveryOutcome>;

/** What `void` answers; the id is that of the void itself. */
export type VoidOutcome = TakenOutcome<VoidDeliveryOutcome>;

export type TakenOutcome<Ending> =
  | { readonly type: 'accepted'; readonly id: string; readonly delivered: Promise<Ending> }
  | { readonly type: 'rejected'; readonly reason: RejectionReason; readonly faults: readonly UsageFault[] }
  | { readonly type: 'buffer_full' }
  | { readonly type: 'closed' };

/** How an accepted usage ended. The promise of it always resolves, so that ignoring it crashes nothing. */
export type DeliveryOutcome = Delivered | DeliveryFailed;

/** How an accepted void ended. */
export type VoidDeliveryOutcome = Delivered | VoidFailed;

/** Every in-sync replica has it. */
export interface Delivered {
  readonly type: 'delivered';
  readonly id: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** It was given up, and may be on the topic nevertheless: the broker's answer may be what was lost. */
interface GivenUp {
  readonly type: 'failed';
  readonly id: string;
  /**
   * - `timed_out`: no broker confirmed it within the delivery timeout
   * - `refused`: the broker will not have it, however often it is sent (rights, size, credentials)
   * - `closed`: the client was closed before it was confirmed
   */
  readonly reason: 'timed_out' | 'refused' | 'closed';
  /** Whether sending it again may help. */
  readonly retriable: boolean;
  /** What went wrong last, for a log. */
  readonly detail: string;
  readonly attributes: EventAttributes;
}

/** `record(usage, attributes)` with exactly these sends the same event again, and it is charged once. */
export interface DeliveryFailed extends GivenUp {
  readonly usage: UsageEventInput;
}

/** `void(mistake, attributes)` with exactly these sends the same void again, and it gives back once. */
export interface VoidFailed extends GivenUp {
  readonly mistake: UsageVoidInput;
}

/** What became of everything that had been accepted when `flush` was called. */
export type FlushOutcome =
  | { readonly type: 'flushed'; readonly delivered: number; readonly failed: readonly (DeliveryFailed | VoidFailed)[] }
  | { readonly type: 'timed_out'; readonly pending: number };

/** What became of everything that was pending when `close` was called; what failed is the caller's to keep. */
export interface CloseOutcome {
  readonly type: 'closed';
  readonly delivered: number;
  readonly failed: readonly (DeliveryFailed | VoidFailed)[];
}
