import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findForbiddenImports, type ForbiddenImport } from './dependencies/cruise';
import { writeExampleTree } from './dependencies/example-tree';
import { OFFENDERS } from './dependencies/offenders';
import { REPOSITORY_ROOT } from './repository/read-repository';

const PATIENCE_MS = 120_000;

describe('who imports whom', () => {
  it(
    'keeps the rules in this repository',
    () => {
      expect(findForbiddenImports(REPOSITORY_ROOT).map(inOneLine)).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('the rules of imports', () => {
  let found: ForbiddenImport[] = [];

  beforeAll(() => {
    const tree = writeExampleTree(Object.fromEntries(OFFENDERS.map(({ path, text }) => [path, text])));
    try {
      found = findForbiddenImports(tree);
    } finally {
      rmSync(tree, { recursive: true });
    }
  }, PATIENCE_MS);

  it.each(OFFENDERS)('refuse $path by $rule', ({ rule, path }) => {
    // A cycle is reported once, from either of its files; nothing else leads to an offender.
    const involved = found.filter(({ from, to }) => from === path || to === path);
    expect(involved.map((each) => each.rule)).toContain(rule);
  });

  it('let every lawful file of the example pass', () => {
    const offenders = new Set(OFFENDERS.map(({ path }) => path));
    expect(found.filter(({ from }) => !offenders.has(from)).map(inOneLine)).toEqual([]);
  });

  it('have an offender each', () => {
    // oxlint-disable-next-line typescript/no-require-imports -- the tool reads its rules as CommonJS, and so does its test
    const { forbidden } = require(join(REPOSITORY_ROOT, '.dependency-cruiser.cjs')) as Configuration;
    const proven = new Set(OFFENDERS.map(({ rule }) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
  });
});

interface Configuration {
  readonly forbidden: readonly { readonly name: string }[];
}

function inOneLine({ rule, from, to }: ForbiddenImport): string {
  return `${rule}: ${from} imports ${to}`;
}
