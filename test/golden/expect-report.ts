import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The scripts that share no code with this repository. */
export type IndependentScript = 'verify_ledger.py' | 'sum_azure_trace.py';

/** What the verifier found: of each mismatch its kind and the position of the entry. */
export type Findings = readonly (readonly [kind: string, position?: number])[];

// Python belongs to the machine, not to what this repository asks for: without it the scripts are not run, out loud.
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('python3 is not on this machine: the independent scripts were not run');

/** Runs a script, and expects its exit code and what it prints to hold at least this. */
export function expectReport(script: IndependentScript, terms: readonly string[], status: 0 | 1, report: object): void {
  if (!hasPython) return;
  const run = spawnSync('python3', [join(__dirname, script), ...terms], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toMatchObject(report);
  expect(run.status).toBe(status);
}

/** Runs the verifier, and expects these mismatches and no other. */
export function expectFindings(terms: readonly string[], findings: Findings): void {
  const mismatches = findings.map(([kind, position]) => (position === undefined ? { kind } : { kind, position }));
  const ok = findings.length === 0;
  expectReport('verify_ledger.py', terms, ok ? 0 : 1, { ok, mismatches });
}
