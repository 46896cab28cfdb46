import type { KafkaConnection } from '@floopy/runtime';
import { createUsageClient, type DeliveryOutcome, type UsageClient } from '@floopy/usage-client';
import { WrongUsage } from '../session/faults';
import { paceOf } from './pace';
import type { RandomNumbers } from './random-numbers';
import type { SourcedUsage, UsageSource } from './usage-source';

export interface PublishTerms {
  readonly kafka: KafkaConnection;
  readonly topic: string;
  /** Events a second; as fast as the broker takes them when null. */
  readonly ratePerSecond: number | null;
  /** How many of a hundred events are sent a second time, a little later. */
  readonly duplicatesPercent: number;
  readonly random: RandomNumbers;
  readonly onProgress: (distinct: number) => void;
  /** Told of every distinct event, once it is known whether the broker has it. */
  readonly onOutcome: (usage: SourcedUsage, outcome: DeliveryOutcome) => void;
  readonly stop: AbortSignal;
}

export interface Published {
  /** Records that the broker confirmed, resends included. */
  readonly sent: number;
  readonly distinct: number;
  readonly failed: number;
  readonly seconds: number;
  readonly firstId: string | null;
  readonly lastId: string | null;
}

/** An event is sent again among those that follow it, as after a lost answer. */
const RESEND_WITHIN = 200;
const MAX_SOURCES = 32;
const CLOSE_TIMEOUT_MS = 180_000;
/** Somebody who pressed Ctrl-C does not wait for a broker that is away. */
const STOP_TIMEOUT_MS = 10_000;

/** Publishes usage through the producers' own client until the source or the patience of the caller ends. */
export async function publishUsage(source: UsageSource, terms: PublishTerms): Promise<Published> {
  const sending = new Sending(terms);
  const startedMs = performance.now();
  const pace = paceOf(terms.ratePerSecond, terms.stop);
  try {
    for await (const usage of source.usages) {
      if (terms.stop.aborted) break;
      await pace();
      await sending.send(usage);
    }
  } finally {
    await sending.end();
  }
  return sending.outcome((performance.now() - startedMs) / 1_000);
}

class Sending {
  private readonly clients = new Map<string, UsageClient>();
  private readonly inFlight = new Set<Promise<void>>();
  private makeRoom: () => void = () => undefined;
  private readonly recent: SourcedUsage[] = [];
  private sent = 0;
  private distinct = 0;
  private failed = 0;
  private firstId: string | null = null;
  private lastId: string | null = null;

  constructor(private readonly terms: PublishTerms) {}

  async send(usage: SourcedUsage): Promise<void> {
    await this.record(usage, (outcome) => this.terms.onOutcome(usage, outcome));
    this.distinct += 1;
    this.firstId ??= usage.id;
    this.lastId = usage.id;
    this.terms.onProgress(this.distinct);
    const { random, duplicatesPercent } = this.terms;
    if (duplicatesPercent === 0) return;
    this.recent.push(usage);
    if (this.recent.length > RESEND_WITHIN) this.recent.shift();
    if (random.fraction() * 100 >= duplicatesPercent) return;
    const again = this.recent[random.below(this.recent.length)];
    if (again !== undefined) await this.record(again, () => undefined);
  }

  async end(): Promise<void> {
    const timeoutMs = this.terms.stop.aborted ? STOP_TIMEOUT_MS : CLOSE_TIMEOUT_MS;
    await Promise.all([...this.clients.values()].map((client) => client.close({ timeoutMs })));
    await Promise.all(this.inFlight);
  }

  outcome(seconds: number): Published {
    const { sent, distinct, failed, firstId, lastId } = this;
    return { sent, distinct, failed, seconds, firstId, lastId };
  }

  private async record(sourced: SourcedUsage, onOutcome: (outcome: DeliveryOutcome) => void): Promise<void> {
    const { usage, id, time, source, place } = sourced;
    const client = this.clientFor(source);
    while (!this.terms.stop.aborted) {
      const recorded = client.record(usage, { id, time });
      if (recorded.type === 'accepted') return this.follow(recorded.delivered, onOutcome);
      if (recorded.type === 'rejected') {
        const faults = recorded.faults.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join('; ');
        throw new WrongUsage(`${place} would be parked as ${recorded.reason}: ${faults}`);
      }
      await this.waitForRoom();
    }
  }

  private follow(delivered: Promise<DeliveryOutcome>, onOutcome: (outcome: DeliveryOutcome) => void): void {
    const followed = delivered.then((outcome) => {
      this.inFlight.delete(followed);
      if (outcome.type === 'delivered') this.sent += 1;
      else this.failed += 1;
      onOutcome(outcome);
      this.makeRoom();
    });
    this.inFlight.add(followed);
  }

  /** The buffer is full: whatever ends next makes room, one way or the other. */
  private waitForRoom(): Promise<void> {
    const { stop } = this.terms;
    return new Promise((resolve) => {
      this.makeRoom = () => {
        stop.removeEventListener('abort', this.makeRoom);
        resolve();
      };
      stop.addEventListener('abort', this.makeRoom);
    });
  }

  private clientFor(source: string): UsageClient {
    const known = this.clients.get(source);
    if (known !== undefined) return known;
    if (this.clients.size >= MAX_SOURCES)
      throw new WrongUsage(`There are more than ${MAX_SOURCES} sources in one file.`);
    const { kafka, topic } = this.terms;
    const client = createUsageClient({ ...kafka, source, topic, clientId: 'floopy-operator' });
    this.clients.set(source, client);
    return client;
  }
}
