import type { World } from './world';

/** Rare states, and how often histories have reached them: a model that has not met them shows nothing. */
export class Seen {
  readonly counts = new Map<string, number>();
  histories = 0;

  add({ oracle, cuts }: World): void {
    this.histories += 1;
    for (const [place, count] of Object.entries(cuts.struck)) this.count(`cut: ${place}`, count);
    for (const { applied, duplicates, skipped } of oracle.tallies) {
      this.count('applied', applied);
      this.count('duplicates', duplicates);
      this.count('holes', skipped);
    }
    for (const { status, reason } of oracle.letters) this.count(`letters: ${status}, ${reason}`);
    for (const { entries } of oracle.accounts.values()) {
      for (const { charged, corrected, cause } of entries) {
        this.count(`entries: ${charged?.standing ?? cause.split(' ')[0]}`);
        if (corrected?.uncounts === true) this.count('taken out of the count');
      }
    }
    this.count('cards', oracle.prices.cards.length);
  }

  /** What was met, by name. */
  get lines(): string[] {
    return [...this.counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, count]) => `${name}: ${count}`);
  }

  private count(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }
}

/** What every run of the drill has to meet. */
export const RARE_STATES = [
  'cut: statement',
  'cut: unheardCommit',
  'cut: heardCommit',
  'duplicates',
  'holes',
  'letters: applied, unpriced',
  'letters: applied, unknown_organization',
  'letters: applied, unknown_event',
  'letters: parked, conflict',
  'letters: parked, too_far_in_future',
  'letters: parked, key_mismatch',
  'letters: parked, undecodable',
  'entries: overage',
  'entries: excess_unbilled',
  'entries: repeated',
  'entries: exempt',
  'entries: reversal',
  'entries: reprice',
  'taken out of the count',
] as const;
