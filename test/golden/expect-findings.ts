import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const VERIFIER = join(__dirname, 'verify_ledger.py');

/** What the verifier in Python found: of each mismatch its kind and the position of the entry. */
export type Findings = readonly (readonly [kind: string, position?: number])[];

// Python belongs to the machine, not to what this repository asks for: without it the verifier is not run, out loud.
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('python3 is not on this machine: the independent verifier was not run');

/** Runs the verifier, which shares no code with this repository, and expects these mismatches and no other. */
export function expectFindings(terms: readonly string[], findings: Findings): void {
  if (!hasPython) return;
  const { status, stdout, stderr } = spawnSync('python3', [VERIFIER, ...terms], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as { mismatches: { kind: string; position?: number }[] };
  expect(report.mismatches.map(({ kind, position }) => (position === undefined ? [kind] : [kind, position]))).toEqual(
    findings,
  );
  expect(status).toBe(findings.length === 0 ? 0 : 1);
}
