import type { Instant, Sha256 } from '@floopy/domain';
import { Mismatches } from '../ledger/verify-mismatch';
import { PlansInTime, verifyPlans } from '../ledger/verify-plans';
import { verifyPrices } from '../ledger/verify-prices';
import type { OffsetRange } from './offset-ranges';
import { PricesInTime } from './prices-in-time';
import { type Difference, Differences } from './proof-differences';
import type { EntryPlace, ProofSnapshot, ProvenPartition, ReadRecords, ReadStretch } from './proof-sources';
import { PartitionProof, type PartitionTally } from './prove-partition';
import { RecordsProof, type RecordProofTerms } from './prove-records';

export interface ProvePorts {
  readonly snapshot: ProofSnapshot;
  readonly readRecords: ReadRecords;
  readonly decode: RecordProofTerms['decode'];
  readonly sha256: Sha256;
  readonly clock: () => Instant;
  /** Told now and then how many records are behind. */
  readonly onProgress: (records: number) => void;
}

/** What is proven: passed offsets that the log still has, at most one range of a partition. */
export interface ProofSubject {
  readonly partitions: readonly ProvenPartition[];
  readonly readable: readonly OffsetRange[];
}

export interface ProvenRange extends OffsetRange, PartitionTally {
  /** Whether every offset that was ever passed was read again, so that the partition's counters were held to them too. */
  readonly isWhole: boolean;
}

export interface Proof {
  readonly ok: boolean;
  readonly checked: {
    readonly records: number;
    /** Entries that were posted again. */
    readonly entries: number;
    /** Dead letters that were decided again. */
    readonly parked: number;
  };
  readonly ranges: readonly ProvenRange[];
  /** Passed offsets that went missing while they were read. */
  readonly lost: readonly OffsetRange[];
  /** The first ones that were found. */
  readonly differences: readonly Difference[];
  /** All of them. */
  readonly differenceCount: number;
}

/** Few enough that a batch's questions to the database are small, and many enough that their number is. */
const RECORDS_AT_A_TIME = 500;

/**
 * Decides retained records again, from scratch and in memory, and compares with what is stored: each record with its
 * entry or its dead letter, and each entry of the partitions that were read with its record.
 *
 * It is a proof by induction over each organization's stream. An entry is posted again on what the positions before its
 * own say (requests counted, terms), never on what it says itself. An earlier entry that is wrong is named when its own
 * record comes; entries whose records lie before the range, or are gone, are what the proof begins with.
 */
export async function proveReplay(ports: ProvePorts, subject: ProofSubject): Promise<Proof> {
  const { snapshot, decode, sha256, clock } = ports;
  const mismatches = new Mismatches();
  const prices = new PricesInTime(verifyPrices(await snapshot.readPublishedContents(), sha256, mismatches));
  const plans = new PlansInTime(verifyPlans(await snapshot.readPublishedPlans(), sha256, mismatches));
  const differences = new Differences();
  for (const mismatch of mismatches.listed) differences.add(mismatch);

  const records = new RecordsProof({ prices, plans, decode, sha256, snapshot, clock }, differences);
  const run = new ProofRun(ports, records, differences, subject);
  const lost = await ports.readRecords((stretch) => run.take(stretch));
  await run.findEntriesWithoutRecord(lost);
  return { ...run.end(), lost };
}

class ProofRun {
  private readonly partitions = new Map<number, PartitionProof>();

  constructor(
    private readonly ports: Pick<ProvePorts, 'snapshot' | 'onProgress'>,
    private readonly records: RecordsProof,
    private readonly differences: Differences,
    { partitions, readable }: ProofSubject,
  ) {
    for (const range of readable) {
      const recorded = partitions.find(({ partition }) => partition === range.partition);
      if (recorded !== undefined) this.partitions.set(range.partition, new PartitionProof(recorded, range));
    }
  }

  async take({ partition, from, until, records }: ReadStretch): Promise<void> {
    const proof = this.partitions.get(partition);
    if (proof === undefined) return;
    proof.tally.skipped += until - from - records.length;
    for (let start = 0; start < records.length; start += RECORDS_AT_A_TIME) {
      await this.records.take(proof, records.slice(start, start + RECORDS_AT_A_TIME));
      this.ports.onProgress(this.records.checked.records);
    }
  }

  /** Every entry that was read from these partitions must be one of which a record speaks. */
  async findEntriesWithoutRecord(lost: readonly OffsetRange[]): Promise<void> {
    for (const { partition } of lost) {
      const proof = this.partitions.get(partition);
      if (proof !== undefined) proof.hasHole = true;
    }
    const byKey = new Map([...this.partitions.values()].map((proof) => [proof.recorded.ingestPartition, proof]));
    for await (const places of this.ports.snapshot.readPlaces([...byKey.keys()])) {
      for (const place of places) {
        const proof = byKey.get(place.ingestPartition);
        if (proof !== undefined) this.judgePlace(proof, place);
      }
    }
  }

  private judgePlace(proof: PartitionProof, place: EntryPlace): void {
    const { organizationKey, organizationId, sequence: position } = place;
    if (this.records.spokenOf.has(organizationKey, position) || !proof.mustHaveRecord(place)) return;
    const { partition } = proof.range;
    this.differences.add({
      kind: 'no_record',
      organizationId,
      position,
      partition,
      expected: 'a record',
      found: 'none in its partition',
    });
  }

  end(): Omit<Proof, 'lost'> {
    const ranges: ProvenRange[] = [];
    for (const proof of this.partitions.values()) {
      for (const difference of proof.compareTally()) this.differences.add(difference);
      ranges.push({ ...proof.range, ...proof.tally, isWhole: proof.isWhole });
    }
    const { count, listed } = this.differences;
    return { ok: count === 0, checked: this.records.checked, ranges, differences: listed, differenceCount: count };
  }
}
