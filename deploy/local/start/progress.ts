/** How a start tells a person what it is doing; `progress.mjs` draws it. */
export interface Progress {
  step(what: string): ProgressStep;
}

export interface ProgressStep {
  /** What the step is at. */
  note(text: string): void;
  done(outcome?: string): void;
  fail(outcome?: string): void;
}

/** Does one step; a failure is marked as such before it goes on. `work` answers what the line shall say at its end. */
export async function takeStep<Result>(
  progress: Progress,
  what: string,
  work: (note: (text: string) => void) => Promise<Result>,
  outcome: (result: Result) => string = () => '',
): Promise<Result> {
  const step = progress.step(what);
  try {
    const result = await work((text) => step.note(text));
    step.done(outcome(result));
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}
