import { measureAlertLatency } from './commands/alerts';
import { measureAdmission } from './commands/admission';
import { measureFullRate } from './commands/full-rate';
import { measureGrowth } from './commands/growth';
import { measureLatency } from './commands/latency';
import { measureProcesses } from './commands/processes';
import { measureQuick } from './commands/quick';
import { measureReads } from './commands/reads';
import { measureRelay } from './commands/relay';
import { measureStorage } from './commands/storage';
import { compareContenders, stockSourceSection } from './commands/throughput';
import { BENCH_USAGE, type BenchOptions, readBenchOptions } from './options';
import { type BenchProgress, takeStep } from './progress';
import { machineSection } from './report/machine';
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
    await runCommand(options, args, progress);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

async function runCommand(options: BenchOptions, args: readonly string[], progress: BenchProgress): Promise<void> {
  const stage = await takeStep(progress, 'starting Kafka and Postgres', openStage);
  try {
    const machine = await machineSection(stage);
    const report = (sections: readonly Section[]): void => {
      const signed = sections.map((section) => sign(section, args));
      for (const section of signed) process.stdout.write(`\n${sectionText(section)}`);
      if (options.resultsPath !== undefined) writeSections(options.resultsPath, [machine, ...signed]);
    };
    await measure(stage, options, progress, report);
  } finally {
    await stage.close();
  }
}

/** Every chapter says when and by which command it was measured: they are not all of one run. */
function sign({ title, text }: Section, args: readonly string[]): Section {
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return { title, text: `\`npm run bench -- ${args.join(' ')}\`, ${at} UTC.\n\n${text}` };
}

type Report = (sections: readonly Section[]) => void;

async function measure(stage: Stage, options: BenchOptions, progress: BenchProgress, report: Report): Promise<void> {
  switch (options.command) {
    case 'quick':
      return report([await measureQuick(stage, options, progress)]);
    case 'throughput':
      await compareContenders(stage, options, progress, (section) => report([section]));
      return report([stockSourceSection()]);
    case 'processes':
      return report([await measureProcesses(stage, options, progress)]);
    case 'latency':
      return report([await measureLatency(stage, await measureFullRate(stage, options, progress), options, progress)]);
    case 'relay':
      return report([await measureRelay(stage, options, progress)]);
    case 'reads':
      return report([await measureReads(stage, await measureFullRate(stage, options, progress), options, progress)]);
    case 'alerts':
      return report([await measureAlertLatency(stage, options, progress)]);
    case 'admission':
      return measureAdmission(stage, options, progress, (section) => report([section]));
    case 'storage':
      return report(await measureStorage(stage, options, progress));
    case 'growth':
      return report([await measureGrowth(stage, options, progress)]);
    case 'all':
      return measureAll(stage, options, progress, report);
    default:
      return options.command satisfies never;
  }
}

async function measureAll(stage: Stage, options: BenchOptions, progress: BenchProgress, report: Report): Promise<void> {
  const comparisons = await compareContenders(stage, options, progress, (section) => report([section]));
  report([await measureProcesses(stage, options, progress)]);
  const uniform = comparisons.find(({ workload }) => workload === 'uniform');
  const rate = uniform?.ours.eventsPerSecond ?? (await measureFullRate(stage, options, progress));
  report([await measureRelay(stage, options, progress)]);
  report([await measureLatency(stage, rate, options, progress)]);
  report([await measureReads(stage, rate, options, progress)]);
  await measureAdmission(stage, options, progress, (section) => report([section]));
  report([...(await measureStorage(stage, options, progress)), stockSourceSection()]);
}
