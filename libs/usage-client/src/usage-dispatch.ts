import { setMaxListeners } from 'node:events';
import type { Kafka } from 'kafkajs';
import type { UsageClientSettings } from './client-options';
import type { Route } from './deliver-batch';
import { detailOf, faultOf } from './delivery-fault';
import { PartitionLane } from './partition-lane';
import { pause, retryWaitMs } from './pause';
import { ProducerSessions } from './producer-session';
import { readPartitionCount, TopicPartitions } from './topic-partitions';
import { type BufferedUsage, takeExpired, type UsageBuffer } from './usage-buffer';

/** How exactly waiting events are ended. */
const EXPIRY_GRAIN_MS = 20;

/** Brings accepted usage into the lane of its partition. Until the partitions are known, it waits here. */
export class UsageDispatch {
  private readonly lanes = new Map<number, PartitionLane>();
  private readonly sessions: ProducerSessions;
  private readonly stopping = new AbortController();
  private readonly route: Route;
  private partitions: TopicPartitions | null = null;
  private waiting: BufferedUsage[] = [];
  private learning = false;
  private expiring = false;
  private trouble = 'no broker answered in time';

  constructor(
    private readonly kafka: Kafka,
    private readonly settings: UsageClientSettings,
    private readonly buffer: UsageBuffer,
  ) {
    this.sessions = new ProducerSessions(kafka, (count) => this.partitions?.growTo(count));
    const { topic, onRetry } = settings;
    // One for every lane that pauses: no leak, however many partitions there are.
    setMaxListeners(0, this.stopping.signal);
    this.route = { topic, onRetry, sessions: this.sessions, stop: this.stopping.signal };
  }

  add(event: BufferedUsage): void {
    if (this.partitions !== null) return this.lane(this.partitions.of(event.record.key)).add(event);
    this.waiting.push(event);
    if (!this.expiring) void this.expireWaiting();
    if (!this.learning) void this.learnPartitions();
  }

  /** Tries nothing any more, and ends the connections. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.sessions.disconnect();
  }

  private lane(partition: number): PartitionLane {
    let lane = this.lanes.get(partition);
    if (lane === undefined) {
      lane = new PartitionLane(partition, this.route, this.buffer, this.settings);
      this.lanes.set(partition, lane);
    }
    return lane;
  }

  private async learnPartitions(): Promise<void> {
    this.learning = true;
    for (let failures = 1; this.waiting.length > 0 && !this.stopping.signal.aborted; failures += 1) {
      try {
        const count = await readPartitionCount(this.kafka, this.settings.topic);
        this.partitions = new TopicPartitions(this.settings.topic, count);
        break;
      } catch (error) {
        await this.waitAfter(error, failures);
      }
    }
    this.learning = false;
    if (this.partitions === null) return;
    for (const event of this.waiting.splice(0)) this.add(event);
  }

  private async waitAfter(error: unknown, failures: number): Promise<void> {
    this.trouble = detailOf(error);
    if (faultOf(error) === 'refused') {
      for (const event of this.waiting.splice(0)) this.buffer.fail(event, 'refused', this.trouble);
      return;
    }
    const retry = { attempt: failures, waitMs: retryWaitMs(failures), detail: this.trouble };
    queueMicrotask(() => this.settings.onRetry(retry));
    await pause(retry.waitMs, this.stopping.signal);
  }

  /** A broker that hangs makes an attempt to reach it outlast the events that wait for it. */
  private async expireWaiting(): Promise<void> {
    const { deliveryTimeoutMs } = this.settings;
    this.expiring = true;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const dueMs = next.acceptedAtMs + deliveryTimeoutMs - performance.now();
      await pause(Math.max(dueMs, EXPIRY_GRAIN_MS), this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      for (const event of takeExpired(this.waiting, deliveryTimeoutMs)) {
        this.buffer.fail(event, 'timed_out', this.trouble);
      }
    }
    this.expiring = false;
  }
}
