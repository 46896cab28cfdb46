import type { Log } from '../logging/create-logger';

export interface ShutdownOptions {
  readonly log: Log;
  /** Parts that have not stopped by then are left behind, and the exit code says so. */
  readonly graceMs?: number;
  /** Ends the process; a test gives its own. */
  readonly exit?: (code: number) => void;
}

const DEFAULT_GRACE_MS = 20_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const FAILED_EXIT_CODE = 1;
const FORCED_EXIT_CODE = 130;

/** Ends a process in order: what was started last stops first, and what is in flight may finish. */
export class Shutdown {
  private readonly controller = new AbortController();
  private readonly parts: { readonly name: string; readonly stop: () => unknown }[] = [];
  private readonly log: Log;
  private readonly graceMs: number;
  private readonly exit: (code: number) => void;
  private ending: Promise<void> | undefined;

  constructor({ log, graceMs = DEFAULT_GRACE_MS, exit = (code) => process.exit(code) }: ShutdownOptions) {
    this.log = log;
    this.graceMs = graceMs;
    this.exit = exit;
  }

  /** Aborted as soon as the process is asked to stop: loops end, waits are cut short. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Names a part that must be stopped; parts stop in the reverse order of their naming. */
  add(name: string, stop: () => unknown): void {
    this.parts.push({ name, stop });
  }

  /** Stops on SIGTERM and SIGINT, at once on a second one; an error that nobody caught ends the process with 1. */
  listen(): void {
    for (const signal of SIGNALS) process.on(signal, () => this.onSignal(signal));
    process.on('uncaughtException', (error) => this.onCrash(error));
    process.on('unhandledRejection', (error) => this.onCrash(error));
  }

  /** Stops every part, then ends the process: code 0, or 1 when a part failed to stop in time. */
  stop(code = 0): Promise<void> {
    this.ending ??= this.end(code);
    return this.ending;
  }

  private onSignal(signal: string): void {
    if (this.ending !== undefined) {
      this.log.warn({ signal }, 'shutdown_forced');
      this.exit(FORCED_EXIT_CODE);
      return;
    }
    this.log.info({ signal }, 'shutdown_started');
    void this.stop();
  }

  private onCrash(error: unknown): void {
    this.log.fatal({ error }, 'process_crashed');
    void this.stop(FAILED_EXIT_CODE);
  }

  private async end(code: number): Promise<void> {
    this.controller.abort(new Error('the process is stopping'));
    const deadline = Date.now() + this.graceMs;
    let failed = false;
    for (const { name, stop } of [...this.parts].reverse()) {
      const stopped = await this.stopPart(name, stop, deadline);
      failed ||= !stopped;
    }
    this.log.info({ failed }, 'shutdown_finished');
    this.exit(failed ? FAILED_EXIT_CODE : code);
  }

  private async stopPart(name: string, stop: () => unknown, deadline: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const remainingMs = Math.max(deadline - Date.now(), 0);
      timer = setTimeout(() => reject(new Error(`not stopped within ${this.graceMs} ms`)), remainingMs);
    });
    try {
      await Promise.race([Promise.resolve().then(stop), timeout]);
      return true;
    } catch (error) {
      this.log.error({ part: name, error }, 'part_not_stopped');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
