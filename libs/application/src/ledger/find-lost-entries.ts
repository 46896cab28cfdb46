import { type Digest, identityDigest, type LedgerEvent, type Sha256, statedIdentity } from '@floopy/domain';

/** An entry of an earlier incarnation, as it was handed on. */
export interface ToldEntry {
  readonly event: LedgerEvent;
  /** By which the event of its producer is known for ever; null when nobody's event is behind it. */
  readonly identity: Digest | null;
}

/** `kept` where it was, `returned` at another place, or `missing`. */
export type EntryStanding = 'kept' | 'returned' | 'missing';

export interface FindLostPorts {
  /** Everything that was told of the ledger before it was put back, and is retained, in batches. */
  readonly readTold: (take: (events: readonly LedgerEvent[]) => Promise<void>) => Promise<void>;
  /** In the order of the entries. */
  readonly findStandings: (entries: readonly ToldEntry[]) => Promise<readonly EntryStanding[]>;
  readonly sha256: Sha256;
}

export interface LostEntries {
  readonly kept: number;
  readonly returned: number;
  /** Usage that the consumer has not read again; it does by itself as long as the usage topic has it. */
  readonly missingUsage: number;
  /** What nobody will send again, in the order in which it was told; each once. */
  readonly lost: readonly LedgerEvent[];
}

/**
 * Compares what was told of a ledger before it was put back with what it is now. Usage returns from its topic, at other
 * positions perhaps; what operators did since the backup is in no topic but the ledger's own, and has to be done again.
 */
export async function findLostEntries({ readTold, findStandings, sha256 }: FindLostPorts): Promise<LostEntries> {
  const counts = { kept: 0, returned: 0, missingUsage: 0 };
  const lost = new Map<string, LedgerEvent>();
  await readTold(async (events) => {
    const told = events.map((event) => ({ event, identity: identityOf(event, sha256) }));
    const standings = await findStandings(told);
    for (const [index, { event, identity }] of told.entries()) {
      const standing = standings[index] ?? 'missing';
      if (standing !== 'missing') counts[standing] += 1;
      else if (identity !== null) counts.missingUsage += 1;
      else lost.set(event.hash, event);
    }
  });
  return { ...counts, lost: [...lost.values()] };
}

function identityOf(event: LedgerEvent, sha256: Sha256): Digest | null {
  const stated = statedIdentity(event);
  return stated === null ? null : identityDigest({ organizationId: event.organizationId, ...stated }, sha256);
}
