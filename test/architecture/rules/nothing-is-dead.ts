import * as ts from 'typescript';
import { exportedNames } from '../repository/exported-names';
import { codeFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { nodesOf } from '../repository/syntax';

/** A door passes names on for others to take; a settings file is read by its tool. */
const READ_BY_US = /^(?:apps|libs|deploy|test)\/.*(?<!\/src\/index|\.config|\.d)\.tsx?$/;

/**
 * The compiler finds what is unused within a file; this finds what is exported and named nowhere else, not even below
 * its own declaration. Names are compared, not resolved: a namesake may hide a dead export, but none is accused
 * wrongly. Types are let be, since a caller may use one without naming it, and so are limits, which are exported to be
 * looked up.
 */
function findDeadExports(repository: Repository): Violation[] {
  const files = codeFiles(repository);
  const mentions = new Map<string, number>();
  for (const { text } of files.flatMap((file) => nodesOf(treeOf(file), ts.isIdentifier))) {
    mentions.set(text, (mentions.get(text) ?? 0) + 1);
  }
  return files
    .filter((file) => READ_BY_US.test(file.path))
    .flatMap((file) => exportsOf(file).filter(({ name }) => (mentions.get(name) ?? 0) <= 1))
    .map(({ path, line, name }) => ({ path, line, message: `${name} is exported and used nowhere` }));
}

function exportsOf(file: RepositoryFile): { path: string; line: number; name: string }[] {
  const exempt = new Set(
    treeOf(file)
      .statements.filter(isTypeOrDefault)
      .map((each) => each.name?.text),
  );
  return exportedNames(treeOf(file))
    .filter(({ name }) => !exempt.has(name) && !/^[A-Z][A-Z0-9_]*$/.test(name))
    .map(({ name, line }) => ({ path: file.path, line, name }));
}

function isTypeOrDefault(
  node: ts.Statement,
): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.FunctionDeclaration | ts.ClassDeclaration {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (!ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) return false;
  return (node.modifiers ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
}

const PATH = 'libs/domain/src/pricing/price-usage.ts';

export const nothingIsDead: Rule = {
  name: 'no export lies unused',
  check: findDeadExports,
  refuses: [
    {
      title: 'a function that nobody names',
      files: { [PATH]: 'export function priceUsage() {}' },
      because: 'priceUsage is exported and used nowhere',
    },
    { title: 'a class that nobody names', files: { [PATH]: 'export class Price {}' }, because: 'Price' },
    {
      title: 'a value that only a comment names',
      files: { [PATH]: '// zero\nexport const zero = 0;' },
      because: 'zero',
    },
  ],
  accepts: [
    {
      title: 'what a door passes on or its own file uses, types, limits, and what a tool takes by default',
      files: {
        [PATH]: 'export function priceUsage() { return sum(); }\nexport function sum() { return 1; }',
        'libs/domain/src/index.ts': "export { priceUsage } from './pricing/price-usage';",
        'libs/domain/src/a.ts': 'export interface Receipt {}\nexport type Price = 1;\nexport const MAX_LINES = 3;',
        'test/support/global-setup.ts': 'export default function setUp() {}',
      },
    },
  ],
};
