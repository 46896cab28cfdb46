import { deliverBatch, type Route } from './deliver-batch';
import { pause } from './pause';
import { type BufferedUsage, takeExpired, type UsageBuffer } from './usage-buffer';

export const MAX_BATCH_EVENTS = 500;
export const MAX_BATCH_BYTES = 256 * 1024;

/**
 * A batch is given up as a whole, when the time of its youngest event is up; so its events are accepted within one
 * second of each other, and none of them ends much later than it was told.
 */
const MAX_BATCH_SPREAD_MS = 1_000;

export interface LaneTimes {
  readonly lingerMs: number;
  readonly deliveryTimeoutMs: number;
}

/** The queue of one partition: in the order of acceptance, one batch in flight. Lanes do not wait for each other. */
export class PartitionLane {
  private queue: BufferedUsage[] = [];
  private running = false;

  constructor(
    private readonly partition: number,
    private readonly route: Route,
    private readonly buffer: UsageBuffer,
    private readonly times: LaneTimes,
  ) {}

  add(event: BufferedUsage): void {
    this.queue.push(event);
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    await pause(this.times.lingerMs, this.route.stop);
    while (this.queue.length > 0 && !this.route.stop.aborted) {
      this.expire();
      const batch = this.takeBatch();
      if (batch.length > 0) await this.deliver(batch);
    }
    this.running = false;
  }

  private async deliver(batch: readonly BufferedUsage[]): Promise<void> {
    const deadlineMs = (batch.at(-1)?.acceptedAtMs ?? 0) + this.times.deliveryTimeoutMs;
    const records = batch.map((event) => event.record);
    const outcome = await deliverBatch(this.route, this.partition, records, deadlineMs);
    batch.forEach((event, index) => {
      if (outcome.type === 'failed') return this.buffer.fail(event, outcome.reason, outcome.detail);
      const offset = outcome.baseOffset + BigInt(index);
      return this.buffer.settle(event, { type: 'delivered', id: event.id, partition: this.partition, offset });
    });
  }

  /** Those whose time went by while the batches before them were tried. */
  private expire(): void {
    const expired = takeExpired(this.queue, this.times.deliveryTimeoutMs);
    for (const event of expired) this.buffer.fail(event, 'timed_out', 'events before it took all of its time');
  }

  private takeBatch(): BufferedUsage[] {
    const first = this.queue[0];
    if (first === undefined) return [];
    let bytes = 0;
    const end = this.queue.findIndex((event, index) => {
      bytes += event.bytes;
      const isLate = event.acceptedAtMs - first.acceptedAtMs > MAX_BATCH_SPREAD_MS;
      return index >= MAX_BATCH_EVENTS || (index > 0 && (bytes > MAX_BATCH_BYTES || isLate));
    });
    return this.queue.splice(0, end === -1 ? this.queue.length : end);
  }
}
