import type { Instant, LedgerHash, OrganizationId } from '@floopy/domain';
import type { Mismatch, Mismatches } from './verify-mismatch';

/** A ledger message as it is retained in its topic. */
export interface RelayedRecord {
  /** The topic, partition and offset, for a reader. */
  readonly place: string;
  /** Of the ledger that it tells of. */
  readonly incarnation: number;
  /** Null when it is no ledger message. */
  readonly entry: {
    readonly organizationId: OrganizationId;
    readonly sequence: number;
    readonly hash: LedgerHash;
  } | null;
}

/** An entry of the ledger as it is now; null when there is none at that place. */
export type EntryNow = { readonly hash: LedgerHash; readonly recordedAt: Instant } | null;

export interface RelayedPlace {
  readonly organizationId: OrganizationId;
  readonly sequence: number;
}

export interface VerifyRelayPorts {
  /** What the ledger is now. */
  readonly incarnation: number;
  /** Up to where each stream was handed on, where it was. */
  readonly readRelayed: () => Promise<readonly RelayedPlace[]>;
  /** In the order of the places. */
  readonly readEntries: (places: readonly RelayedPlace[]) => Promise<readonly EntryNow[]>;
  /** Every record that the topic holds, in batches, each partition's in its order. */
  readonly readTopic: (take: (records: readonly RelayedRecord[]) => Promise<void>) => Promise<void>;
  /** What was recorded after this is in the topic, however long ago the rest was dropped. */
  readonly retainedSince: Instant;
}

/**
 * Compares what was handed on to Kafka with the ledger: every record is an entry as it stands there, none is ahead of it,
 * and what was handed on and is still to be retained is there, without a gap. Positions are read before the topic, and
 * entries after their records: whatever is handed on meanwhile is right in both. What an earlier incarnation said of a ledger
 * that was put back is history: `findLostEntries` compares it.
 * @returns how many records there are
 */
export async function verifyRelay(ports: VerifyRelayPorts, mismatches: Mismatches): Promise<number> {
  const relayed = await ports.readRelayed();
  const log = new RelayedLog(ports.incarnation, mismatches);
  await ports.readTopic(async (records) => log.take(records, await ports.readEntries(placesOf(records))));
  await log.end(relayed, ports);
  return log.records;
}

function placesOf(records: readonly RelayedRecord[]): RelayedPlace[] {
  return records.flatMap(({ entry }) => (entry === null ? [] : [entry]));
}

/** What was seen of each stream: its first record, and the last one of those without a gap. */
interface SeenStream {
  readonly first: number;
  last: number;
  incarnation: number;
}

class RelayedLog {
  records = 0;
  private readonly seen = new Map<OrganizationId, SeenStream>();

  constructor(
    private readonly incarnation: number,
    private readonly mismatches: Mismatches,
  ) {}

  take(records: readonly RelayedRecord[], entries: readonly EntryNow[]): void {
    let at = 0;
    for (const { entry, place, incarnation } of records) {
      this.records += 1;
      if (entry === null) {
        this.mismatches.add({
          kind: 'relayed_entry',
          subject: place,
          expected: 'a ledger message',
          found: 'something else',
        });
        continue;
      }
      const now = entries[at] ?? null;
      at += 1;
      const { organizationId, sequence: position, hash } = entry;
      if (incarnation === this.incarnation && now?.hash !== hash) {
        const expected = now?.hash ?? 'no such entry of the ledger';
        this.mismatches.add({ kind: 'relayed_entry', organizationId, position, subject: place, expected, found: hash });
      }
      this.follow(entry, incarnation);
    }
  }

  /** Handed on at least once: what comes again is no fault, and what is left out is. */
  private follow({ organizationId, sequence }: RelayedPlace, incarnation: number): void {
    const seen = this.seen.get(organizationId);
    if (seen === undefined) {
      this.seen.set(organizationId, { first: sequence, last: sequence, incarnation });
      return;
    }
    // A ledger that was put back goes on from where it was then: what was told of it behind that is no more.
    if (incarnation > seen.incarnation) Object.assign(seen, { incarnation, last: Math.min(seen.last, sequence - 1) });
    if (sequence > seen.last + 1) this.mismatches.add(gap(organizationId, seen.last + 1, `${sequence}`));
    seen.last = Math.max(seen.last, sequence);
  }

  /** Holds the ends of each stream to what was handed on, and to what is still to be retained. */
  async end(relayed: readonly RelayedPlace[], { readEntries, retainedSince }: VerifyRelayPorts): Promise<void> {
    const missing = relayed.flatMap(({ organizationId, sequence }) => {
      const seen = this.seen.get(organizationId);
      if (seen === undefined)
        return sequence === 0 ? [] : [{ organizationId, sequence, found: 'no record of its stream' }];
      const before =
        seen.first === 1 ? [] : [{ organizationId, sequence: seen.first - 1, found: `${seen.first} first` }];
      const after =
        seen.last >= sequence ? [] : [{ organizationId, sequence: seen.last + 1, found: `${seen.last} last` }];
      return [...before, ...after];
    });
    const entries = await readEntries(missing);
    for (const [index, { organizationId, sequence, found }] of missing.entries()) {
      const entry = entries[index] ?? null;
      // Retention takes the oldest first, and only what is old enough.
      if (entry !== null && entry.recordedAt > retainedSince) this.mismatches.add(gap(organizationId, sequence, found));
    }
  }
}

function gap(organizationId: OrganizationId, position: number, found: string): Mismatch {
  return { kind: 'relay_gap', organizationId, position, expected: `${position}`, found };
}
