import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY_ROOT } from '../repository/read-repository';

export interface LintFinding {
  readonly path: string;
  readonly rule: string;
}

/** Writes the files to a temporary folder under this repository's own settings and packages. */
export function writeLintTree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'lint-'));
  for (const settings of ['.oxlintrc.json', '.prettierrc', 'tsconfig.json']) {
    copyFileSync(join(REPOSITORY_ROOT, settings), join(root, settings));
  }
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Everything that lint finds in the folder, types included. Nested settings are not looked for: packages bring some. */
export function runLint(root: string): LintFinding[] {
  const oxlint = join(REPOSITORY_ROOT, 'node_modules/oxlint/bin/oxlint');
  const output = runNode(root, [oxlint, '--type-aware', '--disable-nested-config', '--format', 'json', 'libs']);
  if (!output.startsWith('{')) throw new Error(`lint did not judge: ${output}`);
  const { diagnostics } = JSON.parse(output) as LintReport;
  return diagnostics.map(({ filename, code }) => ({ path: filename.replaceAll('\\', '/'), rule: code }));
}

/** Paths that are not formatted by the house's settings. */
export function findUnformatted(root: string): string[] {
  const prettier = join(REPOSITORY_ROOT, 'node_modules/prettier/bin/prettier.cjs');
  const output = runNode(root, [prettier, '--list-different', 'libs']);
  return output.split('\n').filter((line) => line !== '');
}

function runNode(cwd: string, command: readonly string[]): string {
  const run = spawnSync(process.execPath, command, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (run.error !== undefined) throw run.error;
  return run.stdout === '' ? run.stderr : run.stdout;
}

interface LintReport {
  readonly diagnostics: readonly { readonly filename: string; readonly code: string }[];
}
