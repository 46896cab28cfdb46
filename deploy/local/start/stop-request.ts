/** That somebody wants the start to end: Ctrl-C, `npm stop`, or a terminal that was closed. */
export interface StopRequest {
  /** Resolves at the first request. */
  readonly requested: Promise<void>;
  /** @throws StopRequested when it has been made: called between the steps of a start. */
  throwIfRequested(): void;
}

export class StopRequested extends Error {}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const IMPATIENT_AFTER_MS = 500;
const IMPATIENT_EXIT_CODE = 130;

/** Listens from the first moment on. A second Ctrl-C does not wait: the watchdog ends the children. */
export function listenForStop(announce: (line: string) => void): StopRequest {
  let requestedAt: number | undefined;
  const requested = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (requestedAt === undefined) {
        requestedAt = performance.now();
        announce('stopping; Ctrl-C once more leaves without waiting');
        resolve();
        return;
      }
      // npm hands a Ctrl-C on, so one press may arrive twice: only a later one is impatience.
      if (performance.now() - requestedAt > IMPATIENT_AFTER_MS) process.exit(IMPATIENT_EXIT_CODE);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
  return {
    requested,
    throwIfRequested: () => {
      if (requestedAt !== undefined) throw new StopRequested();
    },
  };
}
