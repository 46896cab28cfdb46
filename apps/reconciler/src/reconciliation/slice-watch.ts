import type { VerifiedSlice } from '@floopy/application';
import type { HealthFinding, Log, Metrics } from '@floopy/runtime';

/** Paces verification over the day, and turns what it finds into facts, figures and health. */
export class SliceWatch {
  /** How many mismatches each organization had when it was last verified; those that are sound are not among them. */
  private readonly unsound = new Map<string, number>();
  private organizations = 0;
  private tookMs = 0;
  private readonly mismatches;
  private readonly entries;

  constructor(
    private readonly log: Log,
    metrics: Pick<Metrics, 'gauge' | 'counter'>,
    private readonly withinMs: number,
  ) {
    this.mismatches = metrics.gauge(
      'floopy_ledger_mismatches',
      'Differences between what is stored and what follows from the ledger, by the last verification of each organization.',
    );
    this.entries = metrics.counter(
      'floopy_verified_entries_total',
      'Ledger entries from which everything was derived again.',
    );
  }

  /** Does a piece of the work, and remembers how long it took. */
  async timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedMs = performance.now();
    try {
      return await work();
    } finally {
      this.tookMs = performance.now() - startedMs;
    }
  }

  /** Notes what was verified. @returns how many organizations that were. */
  passed(organizations: number, slice: VerifiedSlice | null): number {
    this.organizations = organizations;
    if (slice === null) return 0;
    const { organizationId, verification } = slice;
    this.entries.inc(verification.checked.entries);
    if (verification.ok) this.unsound.delete(organizationId);
    else {
      this.unsound.set(organizationId, verification.mismatchCount);
      const [first] = verification.mismatches;
      this.log.error({ organizationId, mismatches: verification.mismatchCount, ...first }, 'ledger_mismatch');
    }
    this.mismatches.set([...this.unsound.values()].reduce((sum, count) => sum + count, 0));
    return 1;
  }

  /** So long that all organizations have had their turn in time: what the last one took is part of it. */
  restMs(): number {
    return Math.max(0, this.withinMs / Math.max(1, this.organizations) - this.tookMs);
  }

  health(): HealthFinding {
    const [first] = this.unsound.keys();
    return {
      status: this.unsound.size === 0 ? 'up' : 'degraded',
      details: { unsound_organizations: this.unsound.size, first_unsound: first ?? null },
    };
  }
}
