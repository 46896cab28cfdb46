import { type AnchoredHead, assert, type LedgerEvent, type Sha256 } from '@floopy/domain';
import { AnchorVerification } from './verify-anchor';
import { verifyCorrections } from './verify-corrections';
import { verifyGuards } from './verify-guards';
import { type Mismatch, Mismatches } from './verify-mismatch';
import { mismatchOfLetter, verifyPartitions } from './verify-partitions';
import { PlansInTime, verifyPlans } from './verify-plans';
import { verifyPrices } from './verify-prices';
import { verifyRelay, type VerifyRelayPorts } from './verify-relay';
import { Repricing } from './verify-receipt';
import type { LedgerPart, LedgerSnapshot, Repetition } from './verify-sources';
import { StreamVerification, type StreamTerms } from './verify-stream';
import { verifyUsageLog, type VerifyUsageLogPorts } from './verify-usage-log';

export interface VerifyPorts {
  readonly snapshot: LedgerSnapshot;
  readonly sha256: Sha256;
  /** Heads of before, which every stream must have grown from; none when there is no anchor. */
  readonly anchored?: readonly AnchoredHead[];
  /** What was handed on to Kafka; absent where nobody looks there. */
  readonly relay?: VerifyRelayPorts;
  /** Where usage is read from; absent where nobody looks there. */
  readonly usageLog?: VerifyUsageLogPorts;
  /** Told now and then how many entries are behind. */
  readonly onProgress: (entries: number) => void;
}

export interface Verification {
  readonly ok: boolean;
  readonly checked: {
    readonly organizations: number;
    readonly entries: number;
    readonly receipts: number;
    readonly partitions: number;
  };
  /** Records that were handed on and are retained; null where nobody looked. */
  readonly relayedRecords: number | null;
  /** The first ones that were found. */
  readonly mismatches: readonly Mismatch[];
  /** All of them. */
  readonly mismatchCount: number;
}

/**
 * Derives everything from the ledger's entries alone, and names each difference from what is stored: sequence, chain,
 * balances, heads, identities, months, overage, partitions, every charge priced and every request placed again, every correction
 * judged by what it corrects; and what the database has to refuse. No projection is an input.
 */
export async function verifyLedger(ports: VerifyPorts): Promise<Verification> {
  const { snapshot, sha256 } = ports;
  const mismatches = new Mismatches();
  const prices = verifyPrices(await snapshot.readPublishedContents(), sha256, mismatches);

  const storedPlans = await snapshot.readPublishedPlans();
  const plans = storedPlans === null ? null : new PlansInTime(verifyPlans(storedPlans, sha256, mismatches));
  const anchor = new AnchorVerification(ports.anchored ?? []);
  const repricing = new Repricing(prices);
  const pass = new LedgerPass({ repricing, plans, anchor, sha256, mismatches });
  for await (const part of snapshot.readParts()) {
    pass.take(part);
    ports.onProgress(pass.entries);
  }
  pass.end();
  for (const mismatch of anchor.missing()) mismatches.add(mismatch);
  for await (const repetition of snapshot.findRepetitions()) mismatches.add(mismatchOf(repetition));
  for await (const corrected of snapshot.findCorrections()) verifyCorrections(corrected, repricing, mismatches);
  const partitions = await snapshot.readPartitions();
  if (partitions !== null) verifyPartitions(partitions, pass.appliedByPartition, mismatches);
  verifyGuards((await snapshot.readGuards()) ?? [], mismatches);
  for await (const letter of snapshot.findUnsoundLetters() ?? []) mismatches.add(mismatchOfLetter(letter));
  if (ports.usageLog !== undefined) await verifyUsageLog(ports.usageLog, mismatches);
  const relayedRecords = ports.relay === undefined ? null : await verifyRelay(ports.relay, mismatches);

  const { organizations, entries, receipts } = pass;
  return {
    ok: mismatches.count === 0,
    checked: { organizations, entries, receipts, partitions: partitions?.length ?? 0 },
    relayedRecords,
    mismatches: mismatches.listed,
    mismatchCount: mismatches.count,
  };
}

/** One pass over all streams, in flat memory: what is known of a stream is dropped when the next begins. */
class LedgerPass {
  organizations = 0;
  entries = 0;
  receipts = 0;
  readonly appliedByPartition = new Map<number, number>();
  private stream: StreamVerification | null = null;

  constructor(private readonly terms: StreamTerms) {}

  take(part: LedgerPart): void {
    if (part.type === 'entries') return this.takeEntries(part.entries);
    if (part.type === 'stream') {
      this.end();
      this.stream = new StreamVerification(part.stream, this.terms);
      this.organizations += 1;
      return;
    }
    this.entries += part.entries;
    const { sequence: position, detail: found } = part;
    this.terms.mismatches.add({ kind: 'unknown_organization', position, expected: 'an organization', found });
  }

  /** Ends the stream at hand: nothing more of it will come. */
  end(): void {
    this.stream?.end();
    this.receipts += this.stream?.receipts ?? 0;
    this.stream = null;
  }

  private takeEntries(entries: Extract<LedgerPart, { type: 'entries' }>['entries']): void {
    const { stream, appliedByPartition } = this;
    assert(stream !== null, 'a stream is announced before its entries');
    for (const entry of entries) {
      stream.verify(entry);
      const ingestPartition = entry.type === 'entry' ? partitionOf(entry.event) : null;
      if (ingestPartition === null) continue;
      appliedByPartition.set(ingestPartition, (appliedByPartition.get(ingestPartition) ?? 0) + 1);
    }
    this.entries += entries.length;
  }
}

/** The partition of the record that became an entry; null when none did. */
function partitionOf({ usage, correction }: LedgerEvent): number | null {
  return usage?.ingestPartition ?? correction?.voiding?.ingestPartition ?? null;
}

function mismatchOf(repetition: Repetition): Mismatch {
  const { organizationId } = repetition;
  if (repetition.type === 'identity') {
    const { position, times } = repetition;
    return { kind: 'repeated_identity', organizationId, position, expected: 'once', found: `${times} times` };
  }
  const { firstServed, firstCounted, firstRepeated, timesCounted, requestId } = repetition;
  const position = firstServed ?? firstCounted ?? firstRepeated;
  return {
    kind: 'counted',
    organizationId,
    ...(position === null ? {} : { position }),
    subject: `request ${requestId}`,
    expected: expectedCount(firstServed, firstRepeated),
    found: firstCounted === null ? 'not counted' : `${timesCounted} times, first at ${firstCounted}`,
  };
}

function expectedCount(firstServed: number | null, firstRepeated: number | null): string {
  if (firstServed !== null) return `once, at ${firstServed}`;
  return firstRepeated === null ? 'at most once' : `once, before ${firstRepeated}`;
}
