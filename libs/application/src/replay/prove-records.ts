import {
  type IdentifiedUsage,
  type IdentifiedVoid,
  identifyUsage,
  type Instant,
  periodHolding,
  standingCharge,
} from '@floopy/domain';
import type { BatchRecord } from '../usage/ingest-usage';
import type { RedrivePorts } from '../usage/redrive-usage';
import type { Finding } from './compare-entries';
import type { Differences } from './proof-differences';
import type { CountedPlace, EntryOfRecord, KeptDecision, KnownRecords, ProofSnapshot } from './proof-sources';
import { type EntryProofTerms, type PostedRecord, proveEntry, termsBefore } from './prove-entry';
import { decideMissing, proveParked } from './prove-parked';
import type { PartitionProof } from './prove-partition';
import { type PostedVoid, proveVoid } from './prove-void';
import { SeenEntries } from './seen-entries';

export interface RecordProofTerms extends EntryProofTerms {
  readonly snapshot: Pick<ProofSnapshot, 'readDecisions' | 'readKnown' | 'countBefore'>;
  /** Reads what an operator has put in the place of a parked record. */
  readonly decode: RedrivePorts['decode'];
  readonly clock: () => Instant;
}

interface Place {
  readonly proof: PartitionProof;
  /** With what is taken in its place, where that was corrected. */
  readonly record: BatchRecord;
  /** Null when it was not parked when it came. */
  readonly letter: KeptDecision | null;
}

type Applied = PostedRecord & Place;

const NOTHING_COUNTED = { requestsCounted: 0, requestAlreadyCounted: false };

/** Holds records against what is stored of them, one small batch after the other. */
export class RecordsProof {
  readonly checked = { records: 0, entries: 0, parked: 0 };
  /** Entries of which a record of their own partition has spoken. */
  readonly spokenOf = new SeenEntries();
  /** Entries that were posted again: one is enough, however often its event was sent. */
  private readonly proven = new SeenEntries();

  constructor(
    private readonly terms: RecordProofTerms,
    private readonly differences: Differences,
  ) {}

  /** Records of one partition, in order of offset. */
  async take(proof: PartitionProof, records: readonly BatchRecord[]): Promise<void> {
    const { snapshot } = this.terms;
    const offsets = records.map(({ offset }) => offset);
    const decisions = await snapshot.readDecisions(proof.recorded.ingestPartition, offsets);
    const stated = records.map((record) => this.statedIn(record, decisions.get(record.offset) ?? null));
    const known = await snapshot.readKnown(stated.map(({ record }) => record.identified));
    const applied: Applied[] = [];
    for (const place of stated) {
      proof.took(place.record);
      this.checked.records += 1;
      const posted = this.takeRecord({ ...place, proof }, known);
      if (posted !== null) applied.push(posted);
    }
    const counted = await snapshot.countBefore(applied.map(placeOf));
    for (const [index, one] of applied.entries()) {
      this.checked.entries += 1;
      const findings = proveEntry(one, counted[index] ?? NOTHING_COUNTED, this.terms);
      for (const finding of findings) this.add(one, finding, one.event.sequence);
    }
  }

  /** What was decided about a corrected record was decided about its correction, as if that had arrived. */
  private statedIn(record: BatchRecord, letter: KeptDecision | null): Omit<Place, 'proof'> {
    if (letter === null || letter.correction === null) return { record, letter };
    const { offset, appendedAt } = record;
    const decoded = this.terms.decode({ ...letter.correction, appendedAt });
    return { record: { ...record, identified: identifyUsage(offset, decoded, this.terms.sha256) }, letter };
  }

  /** @returns the entry that has to be posted again, when the record is on the ledger and that was not done yet */
  private takeRecord(place: Place, known: KnownRecords): Applied | null {
    const { proof, record, letter } = place;
    const { prices, clock } = this.terms;
    const { identified } = record;
    if (letter?.status === 'parked') {
      this.checked.parked += 1;
      proof.tally.parked += 1;
      const finding = proveParked(identified, letter, known, prices);
      if (finding !== null) this.add(place, finding);
      return null;
    }
    if (identified.type === 'voided' && this.takeVoid(place, identified, known)) return null;
    if (identified.type === 'usage') {
      const entry = known.entries.get(identified.identity);
      if (entry !== undefined) return this.takeEntry(place, identified, entry, known);
    }
    const expected = decideMissing(identified, clock(), known, prices);
    this.add(place, { kind: 'missing', expected, found: 'neither an entry nor a dead letter' });
    return null;
  }

  private takeEntry(place: Place, usage: IdentifiedUsage, entry: EntryOfRecord, known: KnownRecords): Applied | null {
    const organization = known.organizations.get(usage.event.organizationId);
    if (entry.type === 'unreadable' || entry.event.usage === null || organization === undefined) {
      const [found, position] =
        entry.type === 'unreadable' ? [entry.detail, entry.sequence] : ['something else', entry.event.sequence];
      this.add(place, { kind: 'entry', expected: 'an entry of usage', found }, position);
      return null;
    }
    const { event, userId } = entry;
    const { contentDigest, ingestPartition } = entry.event.usage;
    if (contentDigest !== usage.content) {
      const expected = `content ${usage.content}, or parked as conflict`;
      this.add(place, { kind: 'parked', expected, found: `content ${contentDigest}, not parked` }, event.sequence);
      return null;
    }
    const { organizationKey } = organization;
    const isOwn = ingestPartition === place.proof.recorded.ingestPartition;
    this.count(place, isOwn && this.spokenOf.add(organizationKey, event.sequence), event.recordedAt);
    if (!this.proven.add(organizationKey, event.sequence)) return null;
    return { ...place, event, usage: entry.event.usage, stated: usage, organization, userId };
  }

  /** @returns whether something became of the void that can be told: a reversal, or nothing where one was there before */
  private takeVoid(place: Place, stated: IdentifiedVoid, known: KnownRecords): boolean {
    const entry = known.entries.get(stated.identity);
    const corrected = known.charges.get(stated.voided) ?? null;
    if (entry === undefined) {
      const isReversed = corrected !== null && standingCharge(corrected).isReversed;
      if (isReversed) place.proof.tally.duplicates += 1;
      return isReversed;
    }
    const organizationKey = known.organizations.get(stated.event.organizationId)?.organizationKey;
    const event = entry.type === 'entry' ? entry.event : null;
    const voiding = event?.correction?.voiding ?? null;
    if (event === null || voiding === null || organizationKey === undefined) {
      this.add(place, { kind: 'entry', expected: 'a reversal', found: event?.cause.kind ?? 'an unreadable entry' });
    } else this.takeReversal(place, { stated, event, voiding, corrected }, organizationKey);
    return true;
  }

  private takeReversal(place: Place, posted: PostedVoid, organizationKey: number): void {
    const { event, voiding } = posted;
    const isOwn = voiding.ingestPartition === place.proof.recorded.ingestPartition;
    this.count(place, isOwn && this.spokenOf.add(organizationKey, event.sequence), event.recordedAt);
    if (!this.proven.add(organizationKey, event.sequence)) return;
    this.checked.entries += 1;
    for (const finding of proveVoid(posted, this.terms.sha256)) this.add(place, finding, event.sequence);
  }

  /** When a letter became an entry says nothing of when the records around it did. */
  private count({ proof, record, letter }: Place, isFirst: boolean, recordedAt: Instant): void {
    if (!isFirst) proof.tally.duplicates += 1;
    else if (letter !== null) proof.tally.applied += 1;
    else proof.applied(record, recordedAt);
  }

  private add({ proof, record: { identified, offset } }: Place, finding: Finding, position?: number): void {
    this.differences.add({
      ...finding,
      ...(identified.type !== 'rejected' ? { organizationId: identified.event.organizationId } : {}),
      ...(position === undefined ? {} : { position }),
      partition: proof.range.partition,
      offset,
    });
  }
}

function placeOf(applied: Applied): CountedPlace {
  const { event, stated, organization } = applied;
  return {
    organizationKey: organization.organizationKey,
    sequence: event.sequence,
    requestId: stated.event.requestId,
    period: periodHolding(termsBefore(applied).anchors, stated.event.occurredAt),
  };
}
