/** `degraded` still serves, and says that somebody should look; `down` takes the process out of service. */
export type HealthStatus = 'up' | 'degraded' | 'down';

export interface HealthFinding {
  readonly status: HealthStatus;
  /** Facts that say why: numbers and short texts, no secret. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, HealthFinding>>;
}

export type HealthCheck = () => HealthFinding | Promise<HealthFinding>;

/** A check that has no answer by then has failed: whoever asks for health waits for nothing. */
export const CHECK_TIME_LIMIT_MS = 2_000;

/** The parts that a process needs in order to do its work, each with a check of its own. */
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();

  constructor(private readonly timeLimitMs = CHECK_TIME_LIMIT_MS) {}

  /** @throws when the name is taken: two parts would hide each other. */
  add(name: string, check: HealthCheck): void {
    if (this.checks.has(name)) throw new Error(`a health check "${name}" is there already`);
    this.checks.set(name, check);
  }

  /** Runs all checks at once; the worst finding is the status of the whole. */
  async report(): Promise<HealthReport> {
    const findings = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await this.runOne(check)] as const),
    );
    return { status: worst(findings.map(([, finding]) => finding.status)), checks: Object.fromEntries(findings) };
  }

  private async runOne(check: HealthCheck): Promise<HealthFinding> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<HealthFinding>((resolve) => {
      timer = setTimeout(() => resolve(down(`no answer within ${this.timeLimitMs} ms`)), this.timeLimitMs);
    });
    try {
      return await Promise.race([Promise.resolve().then(check), limit]);
    } catch (error) {
      return down(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
    }
  }
}

function down(reason: string): HealthFinding {
  return { status: 'down', details: { reason } };
}

const BADNESS: Readonly<Record<HealthStatus, number>> = { up: 0, degraded: 1, down: 2 };

function worst(statuses: readonly HealthStatus[]): HealthStatus {
  return statuses.reduce<HealthStatus>((worse, next) => (BADNESS[next] > BADNESS[worse] ? next : worse), 'up');
}
