import { pause } from './pause';

export interface BackOffOptions {
  /** Ends the retrying; what is thrown then is its reason. */
  readonly stop: AbortSignal;
  /** Told once, of the first failure: what goes on failing is one fact, not a flood. */
  readonly onFailure: (error: unknown) => void;
  /** Told after the attempt that succeeded, when any had failed before it. */
  readonly onRecovery?: (failures: number) => void;
  /** An error that no repetition heals is thrown at once. Everything is retried when absent. */
  readonly isRetryable?: (error: unknown) => boolean;
  readonly firstDelayMs?: number;
  readonly largestDelayMs?: number;
}

const FIRST_DELAY_MS = 100;
const LARGEST_DELAY_MS = 10_000;

/**
 * Repeats `work` until it succeeds or `stop` is aborted. The wait doubles with each failure up to a bound, and is
 * drawn at random from its upper half, so that many processes do not come back at the same moment.
 */
export async function retryWithBackOff<Result>(work: () => Promise<Result>, options: BackOffOptions): Promise<Result> {
  const { stop, firstDelayMs = FIRST_DELAY_MS, largestDelayMs = LARGEST_DELAY_MS } = options;
  for (let failures = 0; ; failures += 1) {
    stop.throwIfAborted();
    try {
      const result = await work();
      if (failures > 0) options.onRecovery?.(failures);
      return result;
    } catch (error) {
      if (options.isRetryable?.(error) === false) throw error;
      if (failures === 0) options.onFailure(error);
    }
    const delayMs = Math.min(firstDelayMs * 2 ** failures, largestDelayMs);
    await pause(delayMs * (0.5 + Math.random() / 2), stop);
  }
}
