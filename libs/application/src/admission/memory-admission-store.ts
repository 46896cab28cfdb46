import {
  AdmissionBook,
  type AdmissionDecision,
  type AdmissionQuestion,
  type Hold,
  holdKeyText,
  type Instant,
  type OrganizationId,
} from '@floopy/domain';
import type {
  AdmissionStore,
  HeldSummary,
  LedgerStretch,
  OrganizationSnapshot,
  ReleaseAnswer,
  ReleasedKey,
  SettleAnswer,
  StoreAnswer,
} from './admission-store';
import { GroupedCalls } from './grouped-calls';
import type { HoldClosing, HoldJournal, JournaledHold, JournalEntryFate } from './hold-journal';

export interface MemoryAdmissionOptions {
  /** The journal, while this process is the one that may decide; null while it is not. */
  readonly journal: () => HoldJournal | null;
  /**
   * `durable`: a hold is in the journal before it is answered. `async`: it is soon after; a crash forgets what was
   * admitted in the window, and so much can be admitted a second time.
   */
  readonly durability: 'durable' | 'async';
  /** Told of what the journal did not take: holds that this process alone knows, or endings that are not noted. */
  readonly onJournalFailure: (error: unknown, lost: number) => void;
}

interface LoadedOrganization {
  readonly book: AdmissionBook;
  termsVersion: number;
  /** Holds on their way into the journal, by key. */
  readonly writing: Map<string, Promise<WriteFate>>;
}

type WriteFate = JournalEntryFate | 'fenced' | 'failed';
type AdmittedOrRepeated = Extract<AdmissionDecision, { type: 'admitted' | 'repeated' }>;

/** What one statement carries at most: a group of this size takes some milliseconds. */
const MOST_IN_GROUP = 500;
/** What nobody waits for is gathered so long: it is the window that a crash forgets where the journal is not waited for. */
const UNAWAITED_MS = 10;

/**
 * Holds in this process's memory: microseconds a decision, and one process. A hold is in the journal before its answer
 * leaves; who starts anew reads there what is still open.
 */
export class MemoryAdmissionStore implements AdmissionStore {
  private readonly organizations = new Map<OrganizationId, LoadedOrganization>();
  private readonly writes: GroupedCalls<JournaledHold, WriteFate>;
  private readonly closings = new GroupedCalls<HoldClosing, void>(
    (all) => this.closeAll(all),
    MOST_IN_GROUP,
    UNAWAITED_MS,
  );
  private owned: HoldJournal | null = null;

  constructor(private readonly options: MemoryAdmissionOptions) {
    const gatherMs = options.durability === 'async' ? UNAWAITED_MS : 0;
    this.writes = new GroupedCalls((holds) => this.writeAll(holds), MOST_IN_GROUP, gatherMs);
  }

  async decide(question: AdmissionQuestion): Promise<StoreAnswer> {
    if (!this.mayDecide()) return { type: 'unavailable' };
    const { organizationId } = question.request;
    const known = this.organizations.get(organizationId);
    if (known === undefined) return { type: 'not_loaded' };
    const { termsVersion } = question.limits;
    if (termsVersion < known.termsVersion) return { type: 'stale_terms' };
    known.termsVersion = termsVersion;
    const decision = known.book.decide(question);
    if (decision.type === 'admitted') this.journalHold(organizationId, known, decision.hold);
    const isHeld = decision.type === 'admitted' || decision.type === 'repeated';
    return isHeld ? this.answerOnceWritten(known, decision) : decision;
  }

  async load(snapshot: OrganizationSnapshot): Promise<void> {
    if (!this.mayDecide()) return;
    const { organizationId, termsVersion, position } = snapshot;
    const known = this.organizations.get(organizationId);
    if (known === undefined) {
      this.organizations.set(organizationId, { book: new AdmissionBook(snapshot), termsVersion, writing: new Map() });
    } else {
      known.termsVersion = Math.max(known.termsVersion, termsVersion);
      if (position <= known.book.position) return;
      known.book.reload(snapshot);
    }
    // What ran while nobody was here to note it: it cannot run again, and the journal is told so.
    for (const { hold } of snapshot.settled) void this.closings.ask({ organizationId, hold, ending: 'settled' });
  }

  async settle(stretch: LedgerStretch): Promise<SettleAnswer> {
    const { organizationId, termsVersion } = stretch;
    const known = this.find(organizationId);
    if (known === undefined) return { type: 'ignored' };
    known.termsVersion = Math.max(known.termsVersion, termsVersion);
    const outcome = known.book.settle(stretch);
    if (outcome.type !== 'applied') return outcome;
    for (const hold of outcome.settled) void this.closings.ask({ organizationId, hold, ending: 'settled' });
    return { type: 'applied' };
  }

  async release(organizationId: OrganizationId, key: ReleasedKey, now: Instant): Promise<ReleaseAnswer> {
    if (!this.mayDecide()) return 'unavailable';
    const book = this.organizations.get(organizationId)?.book;
    const isOther = key.holdId !== undefined && book?.holds.find(key)?.hold.holdId !== key.holdId;
    if (isOther) return 'not_open';
    const hold = book?.release(key, now) ?? null;
    if (hold === null) return book?.holds.find(key)?.state === 'settled' ? 'settled' : 'not_open';
    void this.closings.ask({ organizationId, hold, ending: 'released' });
    return 'released';
  }

  async summary(organizationId: OrganizationId, now: Instant): Promise<HeldSummary | null> {
    const book = this.find(organizationId)?.book;
    if (book === undefined) return null;
    book.expire(now);
    const { holds, position, balance, overshoot, budgetOvershoot } = book;
    const { openHolds, openAmount: held, openRequests, leaked } = holds;
    const found = { position, balance, openHolds, held, heldByTeam: holds.listByTeam(), openRequests, leaked };
    return { ...found, overshoot, budgetOvershoot, recoveringUntil: null };
  }

  async list(organizationId: OrganizationId, now: Instant, limit: number): Promise<readonly Hold[]> {
    const book = this.find(organizationId)?.book;
    book?.expire(now);
    return [...(book?.holds.listOpen() ?? [])].slice(0, limit);
  }

  async listLeaked(organizationId: OrganizationId, now: Instant, limit: number): Promise<readonly Hold[]> {
    const book = this.find(organizationId)?.book;
    book?.expire(now);
    return (book?.holds.leaked.newest ?? []).slice(0, limit);
  }

  async noteTerms(organizationId: OrganizationId, termsVersion: number): Promise<void> {
    const known = this.find(organizationId);
    if (known !== undefined) known.termsVersion = Math.max(known.termsVersion, termsVersion);
  }

  /** Waits until everything that was admitted or has ended is in the journal, or has failed to get there. */
  async drain(): Promise<void> {
    await this.writes.drained();
    await this.closings.drained();
  }

  /** Another journal means that another process may have decided meanwhile: nothing in memory counts any more. */
  private mayDecide(): boolean {
    const journal = this.options.journal();
    if (journal !== this.owned) this.organizations.clear();
    this.owned = journal;
    return journal !== null;
  }

  private find(organizationId: OrganizationId): LoadedOrganization | undefined {
    return this.mayDecide() ? this.organizations.get(organizationId) : undefined;
  }

  private journalHold(organizationId: OrganizationId, known: LoadedOrganization, hold: Hold): void {
    const key = holdKeyText(hold);
    const fate = this.writes.ask({ organizationId, hold, position: known.book.position });
    known.writing.set(key, fate);
    void fate.then(() => (known.writing.get(key) === fate ? known.writing.delete(key) : false));
  }

  /** What was not written was not promised: it is taken back, unless somebody has done so, or settled it. */
  private async answerOnceWritten(known: LoadedOrganization, decision: AdmittedOrRepeated): Promise<StoreAnswer> {
    const { hold } = decision;
    const fate = this.options.durability === 'async' ? undefined : await known.writing.get(holdKeyText(hold));
    if (fate === undefined || fate === 'written') return decision;
    const booked = known.book.holds.find(hold);
    if (booked?.state === 'open' && booked.hold.holdId === hold.holdId) known.book.release(hold, hold.admittedAt);
    return fate === 'settled' ? { type: 'settled' } : { type: 'unavailable' };
  }

  private async writeAll(holds: readonly JournaledHold[]): Promise<WriteFate[]> {
    try {
      const fates = this.owned === null ? 'fenced' : await this.owned.write(holds);
      return fates === 'fenced' ? holds.map(() => 'fenced' as const) : [...fates];
    } catch (error) {
      this.options.onJournalFailure(error, holds.length);
      return holds.map(() => 'failed' as const);
    }
  }

  private async closeAll(all: readonly HoldClosing[]): Promise<void[]> {
    try {
      await this.owned?.close(all);
    } catch (error) {
      this.options.onJournalFailure(error, all.length);
    }
    return all.map(() => undefined);
  }
}
