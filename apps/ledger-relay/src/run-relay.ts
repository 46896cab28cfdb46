import type { HealthFinding, Log, Metrics } from '@floopy/runtime';
import { pause, retryWithBackOff } from '@floopy/runtime';

export interface RelayLoop {
  /** One round; answers how many it handed on. */
  readonly round: () => Promise<number>;
  /** What it hands on, for facts and figures. */
  readonly name: string;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'counter'>;
}

const IDLE_MS = 100;
const LARGEST_DELAY_MS = 3_000;

/** Runs rounds until stopped, with a pause only when nothing was left to do. A failed round is tried again for ever. */
export function runRelay(loop: RelayLoop, stop: AbortSignal): { health: () => HealthFinding; ended: Promise<void> } {
  const relayed = loop.metrics.counter(`floopy_relay_${loop.name}_total`, `Handed on to Kafka: ${loop.name}.`);
  let failing = false;
  async function run(): Promise<void> {
    while (!stop.aborted) {
      const count = await retryWithBackOff(loop.round, {
        stop,
        largestDelayMs: LARGEST_DELAY_MS,
        onFailure: (error) => {
          failing = true;
          loop.log.error({ error, relay: loop.name }, 'relay_failing');
        },
        onRecovery: (failures) => loop.log.info({ failures, relay: loop.name }, 'relay_recovered'),
      });
      failing = false;
      relayed.inc(count);
      if (count === 0) await pause(IDLE_MS, stop);
    }
  }
  return {
    health: () => ({ status: failing ? 'down' : 'up' }),
    ended: run().catch((error: unknown) => {
      if (!stop.aborted) throw error;
    }),
  };
}
