import { BENCH_USAGE, readBenchOptions } from './options';
import { runQuick } from './commands/quick';
import type { BenchProgress } from './progress';

/** Runs one command of the benchmark. @returns the exit code. */
export async function runBench(args: readonly string[], progress: BenchProgress): Promise<number> {
  const options = readBenchOptions(args);
  if (options === undefined) {
    process.stderr.write(BENCH_USAGE);
    return 2;
  }
  try {
    process.stdout.write(`${await runQuick(options, progress)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}
