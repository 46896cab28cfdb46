import * as ts from 'typescript';
import { codeFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { dottedName, lineOf, nodesOf } from '../repository/syntax';

interface Household {
  readonly title: string;
  readonly files: RegExp;
  /** Where the one reader lives. */
  readonly home: RegExp;
}

/** Each kind of process reads its surroundings in one file. A `.mjs` script is a process by itself. */
const HOUSEHOLDS: readonly Household[] = [
  { title: 'the apps and libs', files: /^(?:apps|libs)\/.*\.tsx?$/, home: /^libs\/runtime\/src\/config\// },
  { title: 'the local machinery', files: /^deploy\/.*\.ts$/, home: /^deploy\/local\// },
  { title: 'the tests', files: /^test\/.*\.ts$/, home: /^test\/support\// },
];

function findScatteredSettings(repository: Repository): Violation[] {
  return HOUSEHOLDS.flatMap((household) => {
    const readers = codeFiles(repository)
      .filter((file) => household.files.test(file.path))
      .flatMap((file) => firstRead(file));
    const strangers = readers.filter((reader) => !household.home.test(reader.path));
    const seconds = readers.filter((reader) => household.home.test(reader.path)).slice(1);
    return [
      ...strangers.map((reader) => ({ ...reader, message: `process.env is read elsewhere: ${household.home.source}` })),
      ...seconds.map((reader) => ({ ...reader, message: `a second file of ${household.title} reads process.env` })),
    ];
  });
}

function firstRead(file: RepositoryFile): Pick<Violation, 'path' | 'line'>[] {
  const tree = treeOf(file);
  const byMember = nodesOf(tree, isEnvironment);
  const byPattern = nodesOf(tree, ts.isVariableDeclaration).filter(takesEnvironmentOut);
  const byImport = nodesOf(tree, ts.isImportSpecifier).filter(importsEnvironment);
  return [...byMember, ...byPattern, ...byImport].slice(0, 1).map((node) => ({ path: file.path, line: lineOf(node) }));
}

function isEnvironment(node: ts.Node): node is ts.Expression {
  const isAccess = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  return isAccess && /(?:^|\.)process\.env$/.test(dottedName(node));
}

/** `const { env } = process`. */
function takesEnvironmentOut(node: ts.VariableDeclaration): boolean {
  if (node.initializer === undefined || dottedName(node.initializer) !== 'process') return false;
  return ts.isObjectBindingPattern(node.name) && /\benv\b/.test(node.name.getText());
}

/** `import { env } from 'node:process'`. */
function importsEnvironment(node: ts.ImportSpecifier): boolean {
  const from = node.parent.parent.parent.moduleSpecifier.getText().slice(1, -1);
  return /^(?:node:)?process$/.test(from) && (node.propertyName ?? node.name).text === 'env';
}

const READER = 'export const read = () => process.env;';

export const settingsAreReadOnce: Rule = {
  name: 'process.env is read in one file per process',
  check: findScatteredSettings,
  refuses: [
    { title: 'an app that reads for itself', files: { 'apps/api/src/main.ts': READER }, because: 'elsewhere' },
    {
      title: 'an access by key',
      files: { 'apps/api/src/main.ts': "const port = process['env'].PORT;" },
      because: 'elsewhere',
    },
    { title: 'a pattern', files: { 'apps/api/src/main.ts': 'const { env } = process;' }, because: 'elsewhere' },
    {
      title: 'an import',
      files: { 'apps/api/src/main.ts': "import { env } from 'node:process';" },
      because: 'elsewhere',
    },
    {
      title: 'the global object',
      files: { 'apps/api/src/main.ts': 'const port = globalThis.process.env.PORT;' },
      because: 'elsewhere',
    },
    {
      title: 'a second reader beside the first',
      files: { 'libs/runtime/src/config/a.ts': READER, 'libs/runtime/src/config/b.ts': READER },
      because: 'a second file',
    },
    { title: 'a test that reads for itself', files: { 'test/e2e/a.e2e.spec.ts': READER }, because: 'elsewhere' },
  ],
  accepts: [
    {
      title: 'one reader a process, and scripts',
      files: {
        'libs/runtime/src/config/read-environment.ts': READER,
        'deploy/local/environment.ts': READER,
        'deploy/local/start.mjs': READER,
        'test/support/environment.ts': READER,
        'apps/api/src/other.ts': 'const env = settings.env;',
      },
    },
  ],
};
