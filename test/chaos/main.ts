import { parseArgs } from 'node:util';
import type { Drill, DrillRun, DrillTerms } from './drill';
import { DRILLS } from './drills';
import { writeReport } from './report';

/** What may be given a number, in place of what the size of the drill has. */
const AMOUNTS = ['events', 'consumer', 'postgres', 'broker', 'cycles', 'zombies', 'cuts', 'changes', 'times', 'runs'];
const USAGE = `npm run drill -- <name> [--full] [--seed n] [--results file] [${AMOUNTS.map((name) => `--${name} n`).join('] [')}]

${DRILLS.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join('\n')}
  all           every one of them, within twenty minutes; --full takes hours

Every drill ends with verify and with the generator's own count; exit 1 when anything was lost, doubled or mispriced.
`;
const WRONG_USAGE = 2;

/** Runs drills and prints what was seen. @returns the exit code: 0 when nothing was lost, doubled or mispriced. */
export async function runDrill(commandLine: readonly string[]): Promise<number> {
  const asked = readCommandLine(commandLine);
  if (asked === null) {
    process.stderr.write(USAGE);
    return WRONG_USAGE;
  }
  const { name, drills, terms, resultsPath } = asked;
  say(`drill ${name}, seed ${terms.seed}`);
  const runs: DrillRun[] = [];
  for (const drill of drills) runs.push(await runOne(drill, terms));
  if (resultsPath !== undefined) writeReport(resultsPath, { command: commandLine.join(' '), seed: terms.seed, runs });
  const isOk = runs.every(({ findings }) => findings.faults.length === 0);
  say(`drill ${name}: ${isOk ? 'ok' : 'FAILED'}`);
  return isOk ? 0 : 1;
}

interface Asked {
  readonly name: string;
  readonly drills: readonly Drill[];
  readonly terms: DrillTerms;
  readonly resultsPath: string | undefined;
}

/** @returns null when it names no drill, or something that is no number. */
function readCommandLine(commandLine: readonly string[]): Asked | null {
  const { values, positionals } = parseArgs({
    args: [...commandLine],
    allowPositionals: true,
    options: {
      full: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      results: { type: 'string' },
      ...Object.fromEntries(AMOUNTS.map((name) => [name, { type: 'string' }] as const)),
    },
  });
  const [name = ''] = positionals;
  const drills = DRILLS.filter((drill) => name === 'all' || drill.name === name);
  const amounts: Readonly<Record<string, unknown>> = values;
  const given = Object.fromEntries(
    AMOUNTS.filter((amount) => amounts[amount] !== undefined).map((amount) => [amount, Number(amounts[amount])]),
  );
  const seed = Number(values.seed);
  const areNumbers = [seed, ...Object.values(given)].every((number) => Number.isInteger(number) && number >= 0);
  if (drills.length === 0 || positionals.length > 1 || !areNumbers) return null;
  const terms: DrillTerms = { seed, size: values.full ? 'full' : 'short', given, note: say };
  return { name, drills, terms, resultsPath: values.results };
}

async function runOne(drill: Drill, terms: DrillTerms): Promise<DrillRun> {
  const { name, summary } = drill;
  say(`${name}: ${summary}`);
  const beganMs = performance.now();
  const findings = await drill.run(terms);
  const seconds = (performance.now() - beganMs) / 1_000;
  for (const line of findings.seen) say(`${name}: ${line}`);
  for (const fault of findings.faults) say(`${name}: FAULT ${fault}`);
  say(`${name}: ${findings.faults.length === 0 ? 'ok' : 'FAILED'} after ${Math.round(seconds)} s`);
  return { name, summary, seconds, findings };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
