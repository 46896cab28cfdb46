import {
  addAmounts,
  formatAmount,
  formatInstant,
  GENESIS_HASH,
  hashLedgerEvent,
  identityDigest,
  type Instant,
  type LedgerEvent,
  type LedgerHash,
  type PeriodCount,
  type Sha256,
  statedIdentity,
  ZERO_AMOUNT,
} from '@floopy/domain';
import type { AnchorVerification, AnchoredStream } from './verify-anchor';
import { findMarkupFault } from './verify-markup';
import type { Mismatch, MismatchKind, Mismatches } from './verify-mismatch';
import type { PlansInTime } from './verify-plans';
import { ProjectionVerification } from './verify-projections';
import type { Repricing } from './verify-receipt';
import type { RecordedOverage, RecordedStream, RecordedTerms, StoredEntry, UnreadableEntry } from './verify-sources';
import { SpendVerification } from './verify-spend';
import { StandingVerification } from './verify-standing';

export interface StreamTerms {
  readonly repricing: Repricing;
  /** Null where they were not kept: in an export from before there were any. */
  readonly plans: PlansInTime | null;
  readonly anchor: AnchorVerification;
  readonly sha256: Sha256;
  readonly mismatches: Mismatches;
}

/**
 * Derives one organization's stream again, entry by entry, and compares it with what is stored. What is known wrong is
 * named once: the next entry is judged by what stands before it, so that one changed byte is one named position.
 */
export class StreamVerification {
  private sequence = 0;
  private sum = ZERO_AMOUNT;
  /** What the next entry may go on from: what is stored, and what should have been. They differ after a wrong entry. */
  private storedBalance = ZERO_AMOUNT;
  private derivedBalance = ZERO_AMOUNT;
  private storedHash: LedgerHash = GENESIS_HASH;
  private derivedHash: LedgerHash = GENESIS_HASH;
  private recordedAt = 0 as Instant;
  private readonly projections = new ProjectionVerification();
  private readonly standing: StandingVerification;
  /** Null where nothing was kept of it. */
  private readonly spend: SpendVerification | null;
  private readonly anchored: AnchoredStream;
  receipts = 0;

  constructor(
    private readonly stream: RecordedStream,
    private readonly terms: StreamTerms,
  ) {
    this.spend = stream.spend === null ? null : new SpendVerification(stream.spend);
    this.anchored = terms.anchor.take(stream.organizationId);
    const changes = stream.terms?.changes ?? null;
    this.standing = new StandingVerification(
      changes === null || terms.plans === null ? null : { changes, plans: terms.plans },
    );
  }

  /** Judges the next entry of the stream. */
  verify(entry: StoredEntry | UnreadableEntry): void {
    if (entry.type === 'unreadable') return this.passUnreadable(entry);
    const { event } = entry;
    this.verifySequence(event.sequence);
    this.verifyBalance(event);
    this.verifyRecordedAt(event);
    this.verifyHash(entry);
    this.anchored.pass(event.sequence, event.hash);
    this.verifyIdentity(entry);
    this.verifyPrice(event);
    this.verifyStanding(event);
    this.projections.take(event, this.standing.anchors);
    this.spend?.take(event, this.standing.anchors);
  }

  /** Compares what is written beside the entries with what they add up to. */
  end(): void {
    this.verifyHead();
    for (const mismatch of this.anchored.end(this.sequence)) this.add(mismatch);
    const { relayedTo } = this.stream;
    if (relayedTo !== null && relayedTo > this.sequence) {
      this.report('relay_checkpoint', this.sequence, `at most ${this.sequence}`, `${relayedTo}`);
    }
    for (const { kind, detail: found } of this.stream.unreadable)
      this.add({ kind, expected: 'what was written', found });
    const { months, overage, terms } = this.stream;
    if (months !== null) for (const mismatch of this.projections.compareMonths(months)) this.add(mismatch);
    if (overage !== null) this.verifyOverage(overage);
    for (const mismatch of this.spend?.compare(this.sequence) ?? []) this.add(mismatch);
    if (terms !== null && terms.version !== null) this.verifyTerms({ ...terms, version: terms.version });
  }

  private verifyHead(): void {
    const { head } = this.stream;
    const position = this.sequence;
    if (head === null) return this.report('head', position, `the stream's end at ${position}`, 'no head');
    if (head.sequence !== position) this.report('head_sequence', position, `${position}`, `${head.sequence}`);
    if (head.balance !== this.sum) {
      this.report('head_balance', position, formatAmount(this.sum), formatAmount(head.balance));
    }
    if (head.hash !== this.storedHash) this.report('head_hash', position, this.storedHash, head.hash);
    if (head.recordedAt !== this.recordedAt) {
      this.report('head_recorded_at', position, formatInstant(this.recordedAt), formatInstant(head.recordedAt));
    }
  }

  private passUnreadable({ sequence, detail, trail }: UnreadableEntry): void {
    this.verifySequence(sequence);
    this.report('entry', sequence, 'a ledger event', detail);
    if (trail === null) return;
    this.anchored.pass(sequence, trail.hash);
    this.sum = addAmounts(this.sum, trail.amount);
    this.storedBalance = trail.balanceAfter;
    this.derivedBalance = trail.balanceAfter;
    this.storedHash = trail.hash;
    this.derivedHash = trail.hash;
    this.recordedAt = trail.recordedAt;
  }

  private verifySequence(sequence: number): void {
    const expected = this.sequence + 1;
    if (sequence !== expected) this.report('sequence', expected, `${expected}`, `${sequence}`);
    this.sequence = sequence;
  }

  private verifyBalance(event: LedgerEvent): void {
    const { amount, balanceAfter } = event;
    this.sum = addAmounts(this.sum, amount);
    const derived = addAmounts(this.derivedBalance, amount);
    const agrees = derived === balanceAfter || addAmounts(this.storedBalance, amount) === balanceAfter;
    if (!agrees) {
      this.report('balance_after', event.sequence, formatAmount(derived), formatAmount(balanceAfter));
    }
    this.derivedBalance = agrees ? balanceAfter : derived;
    this.storedBalance = balanceAfter;
  }

  private verifyRecordedAt(event: LedgerEvent): void {
    if (event.recordedAt < this.recordedAt) {
      const expected = `not before ${formatInstant(this.recordedAt)}`;
      this.report('recorded_at', event.sequence, expected, formatInstant(event.recordedAt));
    }
    this.recordedAt = event.recordedAt;
  }

  private verifyHash({ event, previousHash }: StoredEntry): void {
    const { sha256 } = this.terms;
    const derived = hashLedgerEvent(event, this.derivedHash, sha256);
    const agrees =
      derived === event.hash ||
      (this.derivedHash !== this.storedHash && hashLedgerEvent(event, this.storedHash, sha256) === event.hash);
    if (!agrees) this.report('hash', event.sequence, derived, event.hash);
    if (previousHash !== undefined && previousHash !== this.storedHash && previousHash !== this.derivedHash) {
      this.report('hash', event.sequence, `chained to ${this.storedHash}`, `chained to ${previousHash}`);
    }
    this.derivedHash = agrees ? event.hash : derived;
    this.storedHash = event.hash;
  }

  private verifyIdentity({ event, identity }: StoredEntry): void {
    const stated = statedIdentity(event);
    const { organizationId } = event;
    const expected = stated === null ? null : identityDigest({ organizationId, ...stated }, this.terms.sha256);
    if (identity !== expected) this.report('identity', event.sequence, expected ?? 'none', identity ?? 'none');
  }

  private verifyPrice(event: LedgerEvent): void {
    if (event.usage === null) return;
    this.receipts += 1;
    const { repricing, plans } = this.terms;
    const fault =
      repricing.findFault(event, event.usage) ?? findMarkupFault(event.usage, this.stream.agreedMarkup, plans);
    if (fault !== null) this.report(fault.kind, event.sequence, fault.expected, fault.found);
  }

  private verifyStanding(event: LedgerEvent): void {
    if (event.correction !== null) this.standing.takeCorrection(event, event.correction);
    if (event.usage === null) return;
    const fault = this.standing.take(event, event.usage);
    if (fault !== null) this.report(fault.kind, event.sequence, fault.expected, fault.found);
  }

  private verifyOverage(overage: RecordedOverage): void {
    for (const mismatch of this.projections.compareOverage(overage)) this.add(mismatch);
    const { latest, hasPlans } = this.standing;
    // Until usage is posted under a plan, a head says nothing, and is then counted from the ledger.
    if (overage.latest === null && !hasPlans) return;
    const [expected, found] = [describeCount(latest), describeCount(overage.latest)];
    if (expected !== found) this.report('head_period', this.sequence, expected, found);
  }

  /** Terms are read again only when the head's number has changed: a wrong one would keep old terms in force. */
  private verifyTerms({ version, changes }: RecordedTerms & { readonly version: number }): void {
    const lastNumber = changes.at(-1)?.number ?? 0;
    if (version !== lastNumber) {
      this.report('head_terms_version', this.sequence, `${lastNumber}`, `${version}`);
    }
    if (changes.some(({ number }, index) => number !== index + 1)) {
      const found = `${changes.length} changes`;
      this.add({ kind: 'organization_change', expected: `1 to ${lastNumber}`, found });
    }
  }

  private report(kind: MismatchKind, position: number, expected: string, found: string): void {
    this.add({ kind, position, expected, found });
  }

  private add(mismatch: Mismatch): void {
    this.terms.mismatches.add({ organizationId: this.stream.organizationId, ...mismatch });
  }
}

function describeCount(count: PeriodCount | null): string {
  return count === null ? 'none' : `${count.requests} requests since ${formatInstant(count.periodStart)}`;
}
