import type { Problem, ProblemCode, WireFault } from '@floopy/contracts';

/** A refusal on its way to the one filter that writes problems. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly faults: readonly WireFault[] = [],
  ) {
    super(detail);
    this.name = 'ProblemError';
  }
}

/** A refusal whose problem is written already, since it says more than a code and a sentence. */
export class WrittenProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'WrittenProblem';
  }
}

/** 400, naming every faulty field. */
export function invalidRequest(faults: readonly WireFault[]): ProblemError {
  const fields = faults.map((fault) => fault.pointer.slice(1)).join(', ');
  return new ProblemError('invalid_request', `Not valid: ${fields}.`, faults);
}
