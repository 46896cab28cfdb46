import type { HealthFinding } from './health/health-checks';
import type { Log } from './logging/create-logger';
import type { Metrics } from './metrics/create-metrics';
import { pause } from './pause';
import { retryWithBackOff } from './retry-with-back-off';

export interface Rounds {
  /** One round; answers how many of its things it has done. */
  readonly round: () => Promise<number>;
  /** Which kind of loop it is, for facts and figures: `floopy_relay_…_total`, `relay_failing`. */
  readonly kind: string;
  /** What it does, in the same places. */
  readonly name: string;
  /** Of its figure. */
  readonly help: string;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'counter'>;
  /** The pause when nothing was left to do. */
  readonly idleMs?: number;
  /** The pause after every round, whatever it has done, where the work is paced and never done. */
  readonly restMs?: () => number;
}

const IDLE_MS = 100;
const LARGEST_DELAY_MS = 3_000;

/** Runs rounds until stopped, with a pause only when nothing was left to do. A failed round is tried again for ever. */
export function runRounds(
  { round, kind, name, help, log, metrics, idleMs = IDLE_MS, restMs }: Rounds,
  stop: AbortSignal,
): { readonly health: () => HealthFinding; readonly ended: Promise<void> } {
  const done = metrics.counter(`floopy_${kind}_${name}_total`, help);
  let failing = false;
  async function run(): Promise<void> {
    while (!stop.aborted) {
      const count = await retryWithBackOff(round, {
        stop,
        largestDelayMs: LARGEST_DELAY_MS,
        onFailure: (error) => {
          failing = true;
          log.error({ error, [kind]: name }, `${kind}_failing`);
        },
        onRecovery: (failures) => log.info({ failures, [kind]: name }, `${kind}_recovered`),
      });
      failing = false;
      done.inc(count);
      if (restMs !== undefined) await pause(restMs(), stop);
      else if (count === 0) await pause(idleMs, stop);
    }
  }
  return {
    health: () => ({ status: failing ? 'down' : 'up' }),
    ended: run().catch((error: unknown) => {
      if (!stop.aborted) throw error;
    }),
  };
}
