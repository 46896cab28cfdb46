import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../repository/read-repository';

export interface ForbiddenImport {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

const CONFIGURATION = join(REPOSITORY_ROOT, '.dependency-cruiser.cjs');
const CRUISER = join(REPOSITORY_ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/**
 * Runs dependency-cruiser in a process of its own, since it is an ES module, over the four roots of a tree.
 * @throws when it could not judge, with what it said; an import that it refuses is an answer.
 */
export function findForbiddenImports(root: string): ForbiddenImport[] {
  const roots = ['apps', 'libs', 'deploy', 'test'];
  const options = ['--config', CONFIGURATION, '--output-type', 'json', ...roots];
  const run = spawnSync(process.execPath, [CRUISER, ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser did not judge: ${run.stderr}${run.stdout}`);
  const { summary } = JSON.parse(run.stdout) as CruiseReport;
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

interface CruiseReport {
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}
