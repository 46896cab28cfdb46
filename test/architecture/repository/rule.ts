import type { Repository } from './repository';

export interface Violation {
  readonly path: string;
  /** 1-based; 1 for what concerns the file or folder as a whole. */
  readonly line: number;
  readonly message: string;
}

/** A small repository, and, where a rule must bite, a part of the message that it must bite with. */
export interface RefusedExample {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly because: string;
}

export interface AcceptedExample {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * One rule of the house. Its examples are part of it: the suite runs `check` over the repository and over each example,
 * and a rule without a refused example does not pass.
 */
export interface Rule {
  /** A fact that reads on after "in this house". */
  readonly name: string;
  readonly check: (repository: Repository) => Violation[];
  readonly refuses: readonly RefusedExample[];
  readonly accepts: readonly AcceptedExample[];
}
