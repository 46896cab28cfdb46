import * as ts from 'typescript';
import { codeFiles, fileAt, foldersOf, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { lineOf } from '../repository/syntax';

const PRODUCT = /^(?:apps|libs)\//;
const INDEX = /^libs\/[^/]+\/src\/index\.ts$/;

function findBarrels(repository: Repository): Violation[] {
  return [
    ...[...foldersOf(repository, 'libs')].flatMap((lib) => missingIndex(repository, lib)),
    ...codeFiles(repository).flatMap((file) => [
      ...exportsOfEverything(file),
      ...(PRODUCT.test(file.path) ? defaultExports(file) : []),
      ...(INDEX.test(file.path) ? indexThatDoesMore(file) : barrel(file)),
    ]),
  ];
}

function missingIndex(repository: Repository, lib: string): Violation[] {
  const path = `libs/${lib}/src/index.ts`;
  return fileAt(repository, path) === undefined ? [{ path, line: 1, message: 'a lib has one src/index.ts' }] : [];
}

function exportsOfEverything(file: RepositoryFile): Violation[] {
  return treeOf(file)
    .statements.filter(ts.isExportDeclaration)
    .filter(({ exportClause }) => exportClause === undefined || ts.isNamespaceExport(exportClause))
    .map((statement) => ({ path: file.path, line: lineOf(statement), message: 'export * hides what is offered' }));
}

function defaultExports(file: RepositoryFile): Violation[] {
  return treeOf(file)
    .statements.filter((statement) => ts.isExportAssignment(statement) || hasDefaultModifier(statement))
    .map((statement) => ({ path: file.path, line: lineOf(statement), message: 'a default export has no name' }));
}

function hasDefaultModifier(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
}

function indexThatDoesMore(file: RepositoryFile): Violation[] {
  return treeOf(file)
    .statements.filter((statement) => !ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined)
    .map((statement) => ({ path: file.path, line: lineOf(statement), message: 'an index only passes names on' }));
}

function barrel(file: RepositoryFile): Violation[] {
  const { statements } = treeOf(file);
  const passesOn = statements.some((statement) => ts.isExportDeclaration(statement));
  const doesNothingElse = statements.every(
    (statement) => ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement),
  );
  if (/(?:^|\/)index\.[cm]?[jt]sx?$/.test(file.path)) {
    return [{ path: file.path, line: 1, message: 'index.ts is the door of a lib, nowhere else' }];
  }
  return passesOn && doesNothingElse ? [{ path: file.path, line: 1, message: 'a barrel beside the index' }] : [];
}

const DOOR = { 'libs/domain/src/index.ts': "export { priceUsage, type Receipt } from './pricing/price-usage';" };

export const oneDoorPerLib: Rule = {
  name: 'a lib has one door with named exports',
  check: findBarrels,
  refuses: [
    {
      title: 'a lib without index',
      files: { 'libs/domain/src/a.ts': 'export const a = 1;' },
      because: 'one src/index.ts',
    },
    {
      title: 'export * in the index',
      files: { 'libs/domain/src/index.ts': "export * from './pricing/price-usage';" },
      because: 'export *',
    },
    {
      title: 'export * as a name',
      files: { ...DOOR, 'libs/domain/src/a.ts': "export * as money from './b';" },
      because: 'export *',
    },
    {
      title: 'a default export',
      files: { ...DOOR, 'libs/domain/src/a.ts': 'export default function priceUsage() {}' },
      because: 'default export',
    },
    {
      title: 'a default value',
      files: { ...DOOR, 'libs/domain/src/a.ts': 'export default 1;' },
      because: 'default export',
    },
    {
      title: 'an index that declares',
      files: { 'libs/domain/src/index.ts': 'export const LIMIT = 1;' },
      because: 'only passes names on',
    },
    {
      title: 'an index of a folder',
      files: { ...DOOR, 'libs/domain/src/pricing/index.ts': "export { a } from './a';" },
      because: 'door of a lib',
    },
    {
      title: 'a barrel under another name',
      files: {
        ...DOOR,
        'libs/domain/src/everything.ts': "import { b } from './b';\nexport { a } from './a';\nexport { b };",
      },
      because: 'barrel',
    },
  ],
  accepts: [
    {
      title: 'a file that passes one name on beside its own',
      files: { ...DOOR, 'libs/domain/src/a.ts': "export { b } from './b';\nexport const a = 1;" },
    },
  ],
};
