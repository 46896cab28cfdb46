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
  type MonthlyUsage,
  monthlyUsageKey,
  projectMonthlyUsage,
  type Sha256,
  ZERO_AMOUNT,
} from '@floopy/domain';
import type { Mismatch, MismatchKind, Mismatches } from './verify-mismatch';
import type { Repricing } from './verify-receipt';
import type { RecordedStream, RecordedTerms, StoredEntry, UnreadableEntry } from './verify-sources';

export interface StreamTerms {
  readonly repricing: Repricing;
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
  private readonly months = new Map<string, MonthlyUsage>();
  receipts = 0;

  constructor(
    private readonly stream: RecordedStream,
    private readonly terms: StreamTerms,
  ) {}

  /** Judges the next entry of the stream. */
  verify(entry: StoredEntry | UnreadableEntry): void {
    if (entry.type === 'unreadable') return this.passUnreadable(entry);
    const { event } = entry;
    this.verifySequence(event.sequence);
    this.verifyBalance(event);
    this.verifyRecordedAt(event);
    this.verifyHash(entry);
    this.verifyIdentity(entry);
    this.verifyPrice(event);
    projectMonthlyUsage(this.months, event, []);
  }

  /** Compares what is written beside the entries with what they add up to. */
  end(): void {
    this.verifyHead();
    for (const { kind, detail: found } of this.stream.unreadable)
      this.add({ kind, expected: 'what was written', found });
    if (this.stream.months !== null) this.verifyMonths(this.stream.months);
    if (this.stream.terms !== null) this.verifyTerms(this.stream.terms);
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
    const { cause } = event;
    const expected =
      cause.kind === 'usage_event'
        ? identityDigest(
            { organizationId: event.organizationId, source: cause.source, id: cause.id },
            this.terms.sha256,
          )
        : null;
    if (identity !== expected) this.report('identity', event.sequence, expected ?? 'none', identity ?? 'none');
  }

  private verifyPrice(event: LedgerEvent): void {
    if (event.usage === null) return;
    this.receipts += 1;
    const fault = this.terms.repricing.findFault(event, event.usage);
    if (fault !== null) this.report(fault.kind, event.sequence, fault.expected, fault.found);
  }

  private verifyMonths(recorded: readonly MonthlyUsage[]): void {
    const stored = new Map(recorded.map((month) => [monthlyUsageKey(month.periodStart, month.origin), month]));
    for (const key of new Set([...this.months.keys(), ...stored.keys()])) {
      const [expected, found] = [this.months.get(key), stored.get(key)];
      const [expectedText, foundText] = [describeMonth(expected), describeMonth(found)];
      if (expectedText === foundText) continue;
      const month = expected ?? found;
      const subject = month === undefined ? key : `${formatInstant(month.periodStart)}/${month.origin}`;
      this.add({ kind: 'monthly_usage', subject, expected: expectedText, found: foundText });
    }
  }

  /** Terms are read again only when the head's number has changed: a wrong one would keep old terms in force. */
  private verifyTerms({ version, changes, lastNumber }: RecordedTerms): void {
    if (version !== lastNumber) {
      this.report('head_terms_version', this.sequence, `${lastNumber}`, `${version}`);
    }
    if (changes !== lastNumber) {
      this.add({ kind: 'organization_change', expected: `1 to ${lastNumber}`, found: `${changes} changes` });
    }
  }

  private report(kind: MismatchKind, position: number, expected: string, found: string): void {
    this.add({ kind, position, expected, found });
  }

  private add(mismatch: Mismatch): void {
    this.terms.mismatches.add({ organizationId: this.stream.organizationId, ...mismatch });
  }
}

function describeMonth(month: MonthlyUsage | undefined): string {
  if (month === undefined) return 'none';
  return `${month.requests} requests, ${formatAmount(month.spend)} until ${formatInstant(month.periodEnd)}`;
}
