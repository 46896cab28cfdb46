import { setTimeout as pause } from 'node:timers/promises';
import type { ReaderObserver } from './partition-batch';

/** How a piece of work ended. Dropped work is no longer ours: it does not tell whether it would succeed. */
export type WorkEnd = 'done' | 'dropped';

const FIRST_RETRY_MS = 100;
export const LONGEST_RETRY_MS = 3_000;

/**
 * Tries work again until it is done. A run of failures of one subject, a partition or the brokers (null), is said once,
 * through however many attempts and claims it lasts, and so is its end: that something of the subject was truly done.
 */
export class Attempts {
  private readonly failing = new Set<number | null>();

  constructor(
    private readonly observer: Pick<ReaderObserver, 'failing' | 'recovered'>,
    private readonly stop: AbortSignal,
  ) {}

  /** Ends when the work is done or dropped, the reader stops, or `meanwhile`, called after each failure, throws. */
  async untilDone(
    subject: number | null,
    work: () => Promise<WorkEnd>,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    for (let delay = FIRST_RETRY_MS; !this.stop.aborted; delay = Math.min(2 * delay, LONGEST_RETRY_MS)) {
      const end = await work().catch((error: unknown) => ({ error }));
      if (end === 'dropped') return;
      if (end === 'done') return this.recovered(subject);
      if (!this.failing.has(subject)) this.observer.failing(subject, end.error);
      this.failing.add(subject);
      await pause(delay * (0.5 + Math.random()), undefined, { signal: this.stop }).catch(endOfWaiting);
      await meanwhile();
    }
  }

  private recovered(subject: number | null): void {
    if (this.failing.delete(subject)) this.observer.recovered(subject);
  }
}

function endOfWaiting(): void {
  // Stopping ends every wait; the loop that waited looks at the signal itself.
}
