import {
  type Amount,
  assert,
  type DeadLetterReason,
  type Digest,
  type IdentifiedRecord,
  identifyUsage,
} from '@floopy/domain';
import type { DeadLetterSelection, LetterStore, LockedLetter } from '../dead-letters/letter-store';
import { LETTERS_AT_ONCE } from '../dead-letters/redrive-letters';
import type { BatchRecord } from '../usage/ingest-usage';
import { type RedrivePorts, redriveUsage } from '../usage/redrive-usage';
import { type SettlingTransaction, settleUnderLocks } from '../usage/settle-under-locks';
import type { ProvenPartition, ReadRecords } from './proof-sources';
import { type PlannedRecords, PlannedTally } from './replay-plan';

/** What records that were passed have become. */
export interface PassedRecords {
  /** Content of each event that is on the ledger, by identity. */
  readonly applied: ReadonlyMap<Digest, Digest>;
  /** By offset. */
  readonly letters: ReadonlyMap<number, Pick<LockedLetter, 'letterKey' | 'status'>>;
}

/** Everything that these write is undone: what would be done is told, and nothing is. */
export interface PlanPorts extends RedrivePorts {
  readonly letters: Pick<LetterStore, 'selectParked'>;
  readonly readPassed: (ingestPartition: number, records: readonly BatchRecord[]) => Promise<PassedRecords>;
  readonly rehearse: <Result>(
    work: (transaction: SettlingTransaction, publishedPrices: number) => Promise<Result>,
  ) => Promise<Result>;
  /** Told how many records were looked at. */
  readonly onProgress: (records: number) => void;
}

const RECORDS_AT_A_TIME = 500;
const NOBODY = { name: 'plan', actNumber: null };

/**
 * Plans to read passed records of a log again: those that are parked are driven through the pipeline for trial. Of the
 * others nothing can be made that is not there already; one that is neither on the ledger nor parked is named.
 */
export async function planLog(
  ports: PlanPorts,
  partitions: readonly ProvenPartition[],
  readRecords: ReadRecords,
): Promise<PlannedRecords[]> {
  const planning = new Planning(ports);
  await readRecords(async ({ partition, records }) => {
    const recorded = partitions.find((one) => one.partition === partition);
    assert(recorded !== undefined, 'only partitions that were passed are read again');
    for (let start = 0; start < records.length; start += RECORDS_AT_A_TIME) {
      await planning.takePassed(recorded.ingestPartition, records.slice(start, start + RECORDS_AT_A_TIME));
    }
  });
  return planning.tally.records;
}

/** Plans to drive the dead letters of a selection through the pipeline again. */
export async function planLetters(ports: PlanPorts, selection: DeadLetterSelection): Promise<PlannedRecords[]> {
  const planning = new Planning(ports);
  let after: number | undefined = 0;
  while (after !== undefined) {
    const letterKeys = await ports.letters.selectParked(selection, after, LETTERS_AT_ONCE);
    await planning.takeLetters(letterKeys);
    after = letterKeys.length < LETTERS_AT_ONCE ? undefined : letterKeys.at(-1);
  }
  return planning.tally.records;
}

/** Plans to read usage that no partition has brought: what the consumer would make of it. */
export async function planRecords(
  ports: PlanPorts,
  batches: AsyncIterable<readonly BatchRecord[]>,
): Promise<PlannedRecords[]> {
  const planning = new Planning(ports);
  for await (const records of batches) await planning.takeRecords(records);
  return planning.tally.records;
}

type SettledRecord = { readonly record: IdentifiedRecord } & (
  | { readonly outcome: 'applied'; readonly amount: Amount }
  | { readonly outcome: 'parked'; readonly reason: DeadLetterReason }
  | { readonly outcome: 'duplicate' }
);

class Planning {
  readonly tally = new PlannedTally();
  /** What the plan itself would apply: two trials do not know of each other. Some 200 bytes for each. */
  private readonly planned = new Map<Digest, Digest>();
  private records = 0;

  constructor(private readonly ports: PlanPorts) {}

  async takePassed(ingestPartition: number, records: readonly BatchRecord[]): Promise<void> {
    const passed = await this.ports.readPassed(ingestPartition, records);
    const parked: number[] = [];
    const others: IdentifiedRecord[] = [];
    for (const { offset, identified } of records) {
      const letter = passed.letters.get(offset);
      if (letter?.status === 'parked') parked.push(letter.letterKey);
      else if (letter?.status === 'discarded') this.add(identified, 'discarded');
      else if (letter !== undefined || isApplied(identified, passed)) this.add(identified, 'duplicate');
      else others.push(identified);
    }
    for (let start = 0; start < parked.length; start += LETTERS_AT_ONCE) {
      await this.takeLetters(parked.slice(start, start + LETTERS_AT_ONCE));
    }
    // Of some, nothing had to become: the consumer would say so again.
    for (const { record, outcome } of await this.settle(others)) {
      this.add(record, outcome === 'duplicate' ? 'duplicate' : 'unaccounted');
    }
  }

  async takeLetters(letterKeys: readonly number[]): Promise<void> {
    const { decode, sha256 } = this.ports;
    for (const { letter, fate } of await redriveUsage(this.ports, letterKeys, NOBODY)) {
      const identified = identifyUsage(letter.offset, decode({ ...letter.raw, appendedAt: letter.appendedAt }), sha256);
      if (fate.type === 'applied') this.addApplied(identified, fate.amount);
      else if (fate.type === 'parked') this.add(identified, 'parked', fate.reason);
      else this.add(identified, 'duplicate');
    }
  }

  async takeRecords(records: readonly BatchRecord[]): Promise<void> {
    for (const settled of await this.settle(records.map(({ identified }) => identified))) {
      if (settled.outcome === 'applied') this.addApplied(settled.record, settled.amount);
      else if (settled.outcome === 'parked') this.add(settled.record, 'parked', settled.reason);
      else this.add(settled.record, 'duplicate');
    }
  }

  /** What the consumer would make of records that came now, in their order. */
  private async settle(records: readonly IdentifiedRecord[]): Promise<SettledRecord[]> {
    if (records.length === 0) return [];
    const settlement = await this.ports.rehearse((transaction, publishedPrices) =>
      settleUnderLocks(this.ports, transaction, [{ ingestPartition: 0, records }], publishedPrices),
    );
    const [batch] = settlement.batches;
    const applied = new Map(batch?.applied.map(({ usage, posted }) => [usage.offset, posted.amount]));
    const parked = new Map(batch?.parked.map(({ offset, reason }) => [offset, reason]));
    return records.map((record): SettledRecord => {
      const [amount, reason] = [applied.get(record.offset), parked.get(record.offset)];
      if (amount !== undefined) return { record, outcome: 'applied', amount };
      return reason === undefined ? { record, outcome: 'duplicate' } : { record, outcome: 'parked', reason };
    });
  }

  private addApplied(record: IdentifiedRecord, amount: NonNullable<PlannedRecords['amount']>): void {
    assert(record.type !== 'rejected', 'only what can be read is applied');
    const before = this.planned.get(record.identity);
    if (before === record.content) return this.add(record, 'duplicate');
    if (before !== undefined) return this.add(record, 'parked', 'conflict');
    this.planned.set(record.identity, record.content);
    this.add(record, 'applied', null, amount);
  }

  private add(
    record: IdentifiedRecord,
    outcome: PlannedRecords['outcome'],
    reason: PlannedRecords['reason'] = null,
    amount: PlannedRecords['amount'] = null,
  ): void {
    const organizationId = record.type === 'rejected' ? record.organizationId : record.event.organizationId;
    this.tally.add({ organizationId, outcome, reason, amount });
    this.records += 1;
    this.ports.onProgress(this.records);
  }
}

function isApplied(record: IdentifiedRecord, { applied }: PassedRecords): boolean {
  return record.type !== 'rejected' && applied.get(record.identity) === record.content;
}
