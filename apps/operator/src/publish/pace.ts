import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause } from '@floopy/runtime';

/** Timers of a few milliseconds are imprecise: a fast pace lets several go at once and then waits. */
const SHORTEST_WAIT_MS = 5;
/** So many go in one turn of the event loop; what was sent needs turns too. */
const EVENTS_A_TURN = 200;

/** Something to await before each event, so that they leave at a steady rate, or as fast as can be when it is null. */
export function paceOf(ratePerSecond: number | null, stop: AbortSignal): () => Promise<void> {
  const startedMs = performance.now();
  let released = 0;
  return async () => {
    const dueMs = ratePerSecond === null ? startedMs : startedMs + (released * 1_000) / ratePerSecond;
    released += 1;
    const waitMs = dueMs - performance.now();
    if (waitMs >= SHORTEST_WAIT_MS) await pause(waitMs, stop);
    else if (released % EVENTS_A_TURN === 0) await nextTurn();
  };
}
