/** Says what is being done; deploy/local/progress.mjs is one. */
export interface BenchProgress {
  step(what: string): BenchStep;
}

export interface BenchStep {
  note(detail: string): void;
  done(outcome?: string): void;
  fail(outcome?: string): void;
}

/** Runs `work` as a step; what it is told of is shown while it runs. */
export async function takeStep<Result>(
  progress: BenchProgress,
  what: string,
  work: (note: (detail: string) => void) => Promise<Result>,
): Promise<Result> {
  const step = progress.step(what);
  try {
    const result = await work((detail) => step.note(detail));
    step.done();
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}
