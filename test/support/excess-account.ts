import type { Overshoot } from '@floopy/domain';

/** Keeps, for several limits, by how much each is passed now, and what every growth of it was caused by. */
export class ExcessAccount {
  private readonly caused = new Map<string, bigint>();
  private readonly standing = new Map<string, bigint>();
  private recovered = 0n;

  /** A limit is passed by so much now; what has grown since it was told last has this cause. */
  tell(limit: string, excess: bigint, cause: string): void {
    const grown = excess - (this.standing.get(limit) ?? 0n);
    this.standing.set(limit, excess);
    if (grown > 0n) this.caused.set(cause, (this.caused.get(cause) ?? 0n) + grown);
    else this.recovered -= grown;
  }

  /** @returns what the store says otherwise, or null. */
  faultOf(told: Overshoot): string | null {
    for (const [cause, amount] of Object.entries(told.caused)) {
      const expected = this.caused.get(cause) ?? 0n;
      if (amount !== expected) return `${cause} caused ${amount}, not ${expected}`;
    }
    return told.recovered === this.recovered ? null : `${told.recovered} was recovered, not ${this.recovered}`;
  }
}
