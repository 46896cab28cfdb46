// `npm test`: every check that a change has to pass, from a fresh clone too. Arguments are handed to Jest.
// The last line counts them all: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, requireNode, ROOT, run } from './preparation.mjs';
import { createProgress } from './progress.mjs';

const STYLE = [
  ['format (prettier)', 'prettier/bin/prettier.cjs', ['--check', '.']],
  ['lint (oxlint, type-aware)', 'oxlint/bin/oxlint', ['--type-aware']],
];
const TYPES = ['types (tsc)', 'typescript/bin/tsc', ['--noEmit']];

const began = performance.now();
const progress = createProgress();
const counts = { passed: 0, failed: 0, skipped: 0 };

try {
  requireNode();
  await ensureInstalled(progress);
  // Side by side: each of them leaves most of two cores idle.
  await Promise.all([checkStyle(), compile()]);
  await runJest(process.argv.slice(2));
} catch (error) {
  counts.failed += 1;
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
}

const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
process.stdout.write(`\nin ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

async function checkStyle() {
  for (const one of STYLE) await check(...one);
}

async function compile() {
  await check(...TYPES);
  await count(() => ensureBuilt(progress));
}

async function check(what, program, args) {
  const step = progress.step(what);
  const { code, output } = await run(process.execPath, [join(ROOT, 'node_modules', program), ...args]);
  if (code === 0) {
    counts.passed += 1;
    step.done();
    return;
  }
  counts.failed += 1;
  step.fail();
  process.stderr.write(`${output.trim()}\n`);
}

async function count(work) {
  try {
    await work();
    counts.passed += 1;
  } catch (error) {
    counts.failed += 1;
    process.stderr.write(`${error.message}\n`);
  }
}

async function runJest(args) {
  const directory = mkdtempSync(join(tmpdir(), 'floopy-results-'));
  const results = join(directory, 'jest.json');
  const step = progress.step('tests (jest)');
  step.note('running');
  const code = await jest(['--json', `--outputFile=${results}`, ...args]);
  const outcome = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
  rmSync(directory, { recursive: true, force: true });
  countJest(outcome, code);
  if (code === 0) step.done();
  else step.fail();
}

function countJest(outcome, code) {
  // Without results Jest died, e.g. because no servers could be started; a file that does not load counts as a failure.
  const failed = outcome === undefined ? 1 : outcome.numFailedTests + outcome.numRuntimeErrorTestSuites;
  counts.failed += failed === 0 && code !== 0 ? 1 : failed;
  counts.passed += outcome?.numPassedTests ?? 0;
  counts.skipped += (outcome?.numPendingTests ?? 0) + (outcome?.numTodoTests ?? 0);
}

/** Jest reports to standard error; its standard output would be the results once more. */
function jest(args) {
  const program = join(ROOT, 'node_modules/jest/bin/jest.js');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, '--ci', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    // A Ctrl-C reaches Jest as well, which stops the servers; this process stays to say how it ended.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
