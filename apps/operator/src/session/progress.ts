import { Format, SingleBar } from 'cli-progress';

/** How far long work has come: a bar on stderr where somebody looks at it, and nothing where nobody does. */
export interface Progress {
  /** Tells how much is done in all. */
  reach(done: number): void;
  end(): void;
}

export interface ProgressTerms {
  /** What is being done, such as `publishing`. */
  readonly task: string;
  readonly unit: string;
  /** Null when nobody knows: then only the count and the rate are shown. */
  readonly total: number | null;
}

const SILENT: Progress = { reach: () => undefined, end: () => undefined };

/** Begins to show progress. `isWatched` is whether stderr is a terminal. */
export function showProgress(terms: ProgressTerms, isWatched: boolean): Progress {
  if (!isWatched) return SILENT;
  const { task, unit, total } = terms;
  const startedMs = performance.now();
  const known = total !== null;
  const bar = new SingleBar({
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 30,
    format: (options, params, payload: { rate?: string }) => {
      const count = known ? `${params.value}/${params.total} ${unit}` : `${params.value} ${unit}`;
      const shown = known ? `${Format.BarFormat(params.progress, options)} ` : '';
      return `${task} ${shown}${count} ${payload.rate ?? ''}`;
    },
  });
  bar.start(total ?? 1, 0, { rate: '' });
  return {
    reach(done) {
      const seconds = (performance.now() - startedMs) / 1_000;
      if (!known) bar.setTotal(Math.max(done, 1));
      bar.update(done, { rate: `${Math.round(done / Math.max(seconds, 0.001))}/s` });
    },
    end: () => bar.stop(),
  };
}
