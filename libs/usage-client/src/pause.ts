import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or returns early once `stop` is aborted. */
export async function pause(waitMs: number, stop: AbortSignal): Promise<void> {
  try {
    await sleep(waitMs, undefined, { signal: stop });
  } catch {
    // Aborted: the caller looks at `stop`.
  }
}

const FIRST_RETRY_WAIT_MS = 100;
const MAX_RETRY_WAIT_MS = 5_000;

/** Doubles from 0.1 to 5 s, with a random half, so that clients do not all come back in the same instant. */
export function retryWaitMs(failures: number): number {
  const ceiling = Math.min(FIRST_RETRY_WAIT_MS * 2 ** (failures - 1), MAX_RETRY_WAIT_MS);
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}
