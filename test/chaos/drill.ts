/** How much of everything: all drills together within twenty minutes, or as much as the issue of trust deserves. */
export type DrillSize = 'short' | 'full';

export interface DrillTerms {
  readonly seed: number;
  readonly size: DrillSize;
  /** Numbers that were given by name, in place of those of the size. */
  readonly given: Readonly<Record<string, number | undefined>>;
  readonly note: (fact: string) => void;
}

export interface DrillFindings {
  /** What was done and seen: how often the rare states were reached, how long recovery took. */
  readonly seen: readonly string[];
  /** What must not have happened; none when the drill has passed. */
  readonly faults: readonly string[];
}

export interface Drill {
  readonly name: string;
  readonly summary: string;
  run(terms: DrillTerms): Promise<DrillFindings>;
}

/** One drill as it was run. */
export interface DrillRun {
  readonly name: string;
  readonly summary: string;
  readonly seconds: number;
  readonly findings: DrillFindings;
}

/** So many as were given by name, or as the size has. */
export function amountOf(terms: DrillTerms, name: string, sizes: Readonly<Record<DrillSize, number>>): number {
  return terms.given[name] ?? sizes[terms.size];
}

/** A fault unless there were at least so many: a drill that has not met the rare state shows nothing. */
export function atLeast(what: string, found: number, wanted: number): string[] {
  return found >= wanted ? [] : [`${what}: ${found}, and the drill wants at least ${wanted}`];
}
