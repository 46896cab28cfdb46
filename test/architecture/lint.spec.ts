import { rmSync } from 'node:fs';
import { findUnformatted, runLint, writeLintTree, type LintFinding } from './lint/run-lint';
import { LINT_LAWFUL, LINT_OFFENDERS } from './lint/offenders';

const PATIENCE_MS = 120_000;
const UNFORMATTED = 'libs/kafka/src/unformatted.ts';

describe('lint', () => {
  let found: LintFinding[] = [];
  let unformatted: string[] = [];

  beforeAll(() => {
    const offenders = Object.fromEntries(LINT_OFFENDERS.map(({ path, text }) => [path, text]));
    const tree = writeLintTree({ ...LINT_LAWFUL, ...offenders, [UNFORMATTED]: 'export const a = "b"\n' });
    try {
      found = runLint(tree);
      unformatted = findUnformatted(tree);
    } finally {
      rmSync(tree, { recursive: true });
    }
  }, PATIENCE_MS);

  it.each(LINT_OFFENDERS)('refuses $title by $rule', ({ path, rule }) => {
    expect(found.filter((finding) => finding.path === path).map((finding) => finding.rule)).toContain(rule);
  });

  it.each(Object.keys(LINT_LAWFUL))('lets %s pass', (path) => {
    expect(found.filter((finding) => finding.path === path)).toEqual([]);
  });

  it('leaves no file with a format of its own', () => {
    expect(unformatted).toContain(UNFORMATTED);
  });
});
