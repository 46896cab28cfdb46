import { type HealthCheck, HealthChecks } from './health/health-checks';
import { serveHealth } from './health/serve-health';
import type { Log } from './logging/create-logger';
import { createMetrics, type Metrics } from './metrics/create-metrics';
import { type Rounds, runRounds } from './run-rounds';
import type { Shutdown } from './shutdown/shutdown';

export interface WorkerOptions {
  readonly app: string;
  /** Which kind of loops it runs, for facts and figures: `floopy_relay_…_total`, `relay_failing`. */
  readonly kind: string;
  /** Where health, readiness and metrics are served. */
  readonly host: string;
  readonly port: number;
  readonly log: Log;
  readonly shutdown: Pick<Shutdown, 'add' | 'signal'>;
}

/** A process without an API, which repeats rounds. */
export interface Worker {
  readonly healthUrl: string;
  readonly metrics: Metrics;
  /** Repeats a round until the process ends; whether it fails shows in the health of the process. */
  repeat(rounds: Pick<Rounds, 'name' | 'help' | 'round' | 'idleMs' | 'restMs'>): void;
  /** Adds to the health of the process what its rounds have found. */
  watch(name: string, check: HealthCheck): void;
}

/** Serves the health of a worker. What its rounds need is opened, and named to `shutdown`, before they begin: they end first. */
export async function openWorker({ app, kind, host, port, log, shutdown }: WorkerOptions): Promise<Worker> {
  const metrics = createMetrics(app);
  const checks = new HealthChecks();
  const health = await serveHealth({ host, port, checks, metrics });
  shutdown.add('health', () => health.close());
  return {
    healthUrl: health.url,
    metrics,
    repeat(rounds) {
      const running = runRounds({ ...rounds, kind, log, metrics }, shutdown.signal);
      checks.add(rounds.name, running.health);
      shutdown.add(rounds.name, () => running.ended);
    },
    watch: (name, check) => checks.add(name, check),
  };
}
