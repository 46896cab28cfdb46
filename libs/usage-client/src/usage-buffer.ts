import type { EncodedRecord } from '@floopy/contracts';
import { readBack } from './encode-usage';
import type { DeliveryFailed, DeliveryOutcome, VoidDeliveryOutcome } from './outcomes';

type Ending = DeliveryOutcome | VoidDeliveryOutcome;

/** An accepted usage on its way, or a void. */
export interface BufferedUsage {
  readonly id: string;
  readonly record: EncodedRecord;
  readonly bytes: number;
  /** On the monotonic clock of `performance.now()`, in milliseconds. */
  readonly acceptedAtMs: number;
  readonly delivered: Promise<Ending>;
  readonly settle: (outcome: Ending) => void;
}

/** Holds everything that is accepted and not yet settled, within a bound of events and of bytes. */
export class UsageBuffer {
  private readonly unsettled = new Set<BufferedUsage>();
  private bytes = 0;

  constructor(
    private readonly limit: number,
    private readonly limitBytes: number,
  ) {}

  /** @returns null when there is no room. */
  add(id: string, record: EncodedRecord): BufferedUsage | null {
    const bytes = sizeOf(record);
    if (this.unsettled.size >= this.limit || this.bytes + bytes > this.limitBytes) return null;
    let settle: (outcome: Ending) => void = () => undefined;
    const delivered = new Promise<Ending>((resolve) => (settle = resolve));
    const event = { id, record, bytes, acceptedAtMs: performance.now(), delivered, settle };
    this.unsettled.add(event);
    this.bytes += bytes;
    return event;
  }

  /** Tells the event's end and frees its room; a later, second end is ignored. */
  settle(event: BufferedUsage, outcome: Ending): void {
    if (!this.unsettled.delete(event)) return;
    this.bytes -= event.bytes;
    event.settle(outcome);
  }

  fail(event: BufferedUsage, reason: DeliveryFailed['reason'], detail: string): void {
    if (!this.unsettled.has(event)) return;
    const retriable = reason !== 'refused';
    this.settle(event, { type: 'failed', id: event.id, reason, retriable, detail, ...readBack(event.record) });
  }

  pending(): BufferedUsage[] {
    return [...this.unsettled];
  }
}

/** Takes from the front of a queue, which is in the order of acceptance, what was accepted too long ago. */
export function takeExpired(queue: BufferedUsage[], deliveryTimeoutMs: number): BufferedUsage[] {
  const oldestMs = performance.now() - deliveryTimeoutMs;
  const alive = queue.findIndex((event) => event.acceptedAtMs > oldestMs);
  return queue.splice(0, alive === -1 ? queue.length : alive);
}

/** The bytes of a record as batches count them. */
function sizeOf(record: EncodedRecord): number {
  let bytes = record.key.length + record.value.length;
  for (const [name, value] of Object.entries(record.headers)) bytes += name.length + value.length;
  return bytes;
}
