import { BENCH_USAGE, type BenchOptions, readBenchOptions } from './options';
import { measureQuick } from './commands/quick';
import { compareContenders, throughputSection } from './commands/throughput';
import { type BenchProgress, takeStep } from './progress';
import { type Section, sectionText, writeSections } from './report/section';
import { openStage, type Stage } from './stage/stage';

/** Runs one command of the benchmark. @returns the exit code. */
export async function runBench(args: readonly string[], progress: BenchProgress): Promise<number> {
  const options = readBenchOptions(args);
  if (options === undefined) {
    process.stderr.write(BENCH_USAGE);
    return 2;
  }
  try {
    await runCommand(options, progress);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

async function runCommand(options: BenchOptions, progress: BenchProgress): Promise<void> {
  const stage = await takeStep(progress, 'starting Kafka and Postgres', openStage);
  try {
    const sections = await measure(stage, options, progress);
    for (const section of sections) process.stdout.write(`\n${sectionText(section)}`);
    if (options.resultsPath !== undefined) writeSections(options.resultsPath, sections);
  } finally {
    await stage.close();
  }
}

async function measure(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<Section[]> {
  if (options.command === 'quick') return [await measureQuick(stage, options, progress)];
  return [throughputSection(await compareContenders(stage, options, progress), options)];
}
