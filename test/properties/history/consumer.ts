import { type IngestOutcome, type IngestPorts, ingestUsage, type UsageBatch } from '@floopy/application';
import { claimPartition, createIngestStore, type DatabasePool, PriceBookMemory, queriesOf } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { Logged } from '../oracle/vocabulary';
import type { Cut, Cuts } from './cuts';
import { batchRecordOf } from './encode-said';

/** What was passed, in the order in which it was. */
export interface Passed {
  readonly partition: number;
  readonly offsets: number;
}

export interface ConsumerPorts {
  readonly pool: DatabasePool;
  readonly cuts: Cuts;
  readonly topic: string;
  /** By partition: what Kafka would hold. The use case sees records as a reader hands them to it; brokers have drills. */
  readonly logs: readonly (readonly Logged[])[];
  readonly clock: IngestPorts['clock'];
}

interface Claimed {
  epoch: number;
  next: number;
}

/** What may happen to a consumer while it reads on. */
export interface Mishap {
  readonly cut: Cut | null;
  /** Whether the process is lost with its connection: what it remembers is gone, and its successor claims everything anew. */
  readonly isFatal: boolean;
}

/** The usage consumer, with Kafka taken out: it claims partitions and hands batches to the same use case and store. */
export class Consumer {
  private store: IngestPorts['store'];
  private readonly claims: Claimed[] = [];
  /** Since somebody last asked. */
  private readonly passed: Passed[] = [];

  constructor(private readonly ports: ConsumerPorts) {
    this.store = this.openStore();
  }

  async start(): Promise<void> {
    for (const [partition] of this.ports.logs.entries()) await this.claim(partition);
  }

  /** Reads on, at most so many offsets of each partition. @returns what was passed, in the order in which it was */
  async read(most: number, { cut, isFatal }: Mishap): Promise<Passed[]> {
    const until = this.claims.map(({ next }, partition) => Math.min(next + most, this.lengthOf(partition)));
    const again = isFatal ? () => this.succeed(until) : () => this.pass(until);
    await this.ports.cuts.during(cut, () => this.pass(until), again);
    return this.passed.splice(0);
  }

  /** Tries to write as a reader that was replaced, or that has lost its place. @returns what it was told */
  async readWrongly(fault: 'replaced' | 'ahead'): Promise<string[]> {
    // Nobody else has claimed them meanwhile: what it is told is about its place.
    await this.start();
    const batches = this.claims.map(({ epoch, next }, partition) => {
      const [from, held] = fault === 'replaced' ? [next, epoch - 1] : [next + 1, epoch];
      return { ...this.batchOf(partition, from, Math.max(from, this.lengthOf(partition))), epoch: held };
    });
    return (await this.ingest(batches)).map(({ type }) => type);
  }

  /** What was claimed away meanwhile is claimed again, and read again: so it is passed behind the others. */
  private async pass(until: readonly number[]): Promise<void> {
    const batches = this.claims.flatMap(({ next }, partition) => {
      const end = until[partition] ?? 0;
      return end > next ? [this.batchOf(partition, next, end)] : [];
    });
    if (batches.length === 0) return;
    const outcomes = await this.ingest(batches);
    for (const [index, outcome] of outcomes.entries()) {
      const { partition } = batches[index] as UsageBatch;
      if (outcome.type === 'ingested') this.moveTo(partition, outcome.nextOffset);
      else if (outcome.type === 'gap')
        throw new Error(`partition ${partition} is at ${outcome.nextOffset}: nobody knew`);
    }
    for (const [index, { type }] of outcomes.entries()) {
      if (type === 'fenced') await this.claim((batches[index] as UsageBatch).partition);
    }
    await this.pass(until);
  }

  /** The next process knows nothing: what it finds passed was passed by the one before it, in one transaction. */
  private async succeed(until: readonly number[]): Promise<void> {
    this.store = this.openStore();
    await this.start();
    await this.pass(until);
  }

  private ingest(batches: readonly UsageBatch[]): Promise<IngestOutcome[]> {
    return ingestUsage({ store: this.store, sha256, clock: this.ports.clock }, batches);
  }

  private batchOf(partition: number, from: number, until: number): UsageBatch {
    const { topic, logs } = this.ports;
    const records = (logs[partition] ?? []).slice(from, until).flatMap((logged) => batchRecordOf(logged) ?? []);
    const { epoch } = this.claimOf(partition);
    return { topic, partition, epoch, continuousFrom: from, continuousUntil: until, records };
  }

  /** Claimed anew, a partition may stand further than its last owner could know. */
  private async claim(partition: number): Promise<void> {
    const { pool, topic } = this.ports;
    const { epoch, nextOffset } = await claimPartition(queriesOf(pool), topic, partition, 0);
    const next = this.claims[partition]?.next ?? 0;
    this.claims[partition] = { epoch, next };
    this.moveTo(partition, nextOffset);
  }

  private moveTo(partition: number, next: number): void {
    const claim = this.claimOf(partition);
    if (next > claim.next) this.passed.push({ partition, offsets: next - claim.next });
    claim.next = next;
  }

  private claimOf(partition: number): Claimed {
    const claim = this.claims[partition];
    if (claim === undefined) throw new Error(`partition ${partition} was not claimed`);
    return claim;
  }

  private lengthOf(partition: number): number {
    return this.ports.logs[partition]?.length ?? 0;
  }

  private openStore(): IngestPorts['store'] {
    return createIngestStore(this.ports.pool, new PriceBookMemory(), sha256);
  }
}
