import { type Log, pause } from '@floopy/runtime';

export interface SteadyWork {
  /** Stands in the log: `{name}_failing`, `{name}_recovered`. */
  readonly name: string;
  readonly idleMs: number;
  readonly log: Log;
}

/**
 * Runs rounds until stopped. A failed round is noted once, and the next one comes all the same: it is never the end of the
 * loop. @param round answers how much it has done; after something there is no pause.
 */
export async function runSteadily(
  round: () => Promise<number>,
  { name, idleMs, log }: SteadyWork,
  stop: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    const outcome = await attempt(round);
    if (outcome.type === 'failed') {
      if (failures === 0) log.warn({ error: outcome.error }, `${name}_failing`);
      failures += 1;
    } else if (failures > 0) {
      log.info({ failures }, `${name}_recovered`);
      failures = 0;
    }
    await pause(outcome.type === 'done' && outcome.count > 0 ? 0 : idleMs, stop);
  }
}

type Outcome = { readonly type: 'done'; readonly count: number } | { readonly type: 'failed'; readonly error: unknown };

async function attempt(round: () => Promise<number>): Promise<Outcome> {
  try {
    return { type: 'done', count: await round() };
  } catch (error) {
    return { type: 'failed', error };
  }
}
