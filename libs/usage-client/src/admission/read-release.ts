import { admissionReleaseViewSchema } from '@floopy/contracts';
import type { ReleaseOutcome } from './admission-outcomes';
import type { ExchangeOutcome } from './exchange';
import { jsonIn, readProblem, rejected, unreadable } from './read-answer';

/** Reads the answer to a question for a hold to be given back. */
export function readRelease(exchanged: ExchangeOutcome): ReleaseOutcome {
  if (exchanged.type === 'unanswered') return { ...exchanged, type: 'unavailable' };
  if (exchanged.status < 300) {
    const view = admissionReleaseViewSchema.safeParse(jsonIn(exchanged.text));
    return view.success ? { type: view.data.outcome } : { ...unreadable(exchanged), type: 'unavailable' };
  }
  const read = readProblem(exchanged);
  if (read.type === 'unasked') return { ...read, type: 'unavailable' };
  return read.problem.code === 'already_settled' ? { type: 'settled' } : rejected(read.problem);
}
