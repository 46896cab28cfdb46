import * as ts from 'typescript';
import { codeFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { decoratorsOf, nodesOf } from '../repository/syntax';

const HELD_TO_NAMES = /^(?:apps|libs|deploy|test)\//;
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Names that tools and readers expect as they are. */
const GIVEN_NAMES =
  /^(?:README\.md|RESULTS\.md|RUNBOOK\.md|SCALE\.md|CHANGELOG\.md|LICENSE|Dockerfile|[A-Z]\w*\.java|[a-z_]+\.py|\..+)$/;

/** A suffix is a promise about the class inside; the decorators that keep it. */
const NEST_SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  controller: ['Controller'],
  module: ['Module'],
  service: ['Injectable'],
  guard: ['Injectable'],
  pipe: ['Injectable'],
  interceptor: ['Injectable'],
  middleware: ['Injectable'],
  filter: ['Catch'],
  resolver: ['Resolver'],
  gateway: ['WebSocketGateway'],
};
const OTHER_SUFFIXES = new Set(['spec', 'int.spec', 'prop.spec', 'e2e.spec', 'd', 'config', 'app', 'dto']);

function findWrongFileNames(repository: Repository): Violation[] {
  const files = repository.files.filter((file) => HELD_TO_NAMES.test(file.path));
  return [...files.flatMap(notKebab), ...codeFiles(repository).flatMap(wrongSuffix)];
}

function notKebab(file: RepositoryFile): Violation[] {
  const folders = file.path.split('/');
  const name = folders.pop() ?? '';
  const wrong = [...folders, ...(GIVEN_NAMES.test(name) ? [] : name.split('.'))].filter((part) => !KEBAB.test(part));
  if (wrong.length === 0 || name.startsWith('.')) return [];
  return [{ path: file.path, line: 1, message: `"${wrong[0]}" is not kebab-case` }];
}

function wrongSuffix(file: RepositoryFile): Violation[] {
  const name = file.path.split('/').at(-1) ?? '';
  const suffix = name.split('.').slice(1, -1).join('.');
  const worn = nodesOf(treeOf(file), ts.isClassDeclaration).flatMap(decoratorsOf);
  const promised = NEST_SUFFIXES[suffix];
  const message =
    promised === undefined ? faultWithoutNestSuffix(suffix, worn) : faultOfNestSuffix(suffix, promised, worn);
  return message === undefined ? [] : [{ path: file.path, line: 1, message }];
}

function faultOfNestSuffix(suffix: string, promised: readonly string[], worn: readonly string[]): string | undefined {
  if (worn.some((decorator) => promised.includes(decorator))) return undefined;
  return `.${suffix}.ts without a class under @${promised.join(' or @')}`;
}

/** A spec may build a controller of its own; a product file that holds one says so. */
function faultWithoutNestSuffix(suffix: string, worn: readonly string[]): string | undefined {
  if (suffix.endsWith('spec')) return OTHER_SUFFIXES.has(suffix) ? undefined : `unknown kind of test .${suffix}`;
  if (suffix !== '' && !OTHER_SUFFIXES.has(suffix)) return `".${suffix}" is no suffix of a Nest class`;
  if (worn.includes('Controller')) return 'a controller outside of *.controller.ts';
  return worn.includes('Module') ? 'a module outside of *.module.ts' : undefined;
}

export const fileNamesFollowNest: Rule = {
  name: 'files are kebab-case, and suffixes stand on Nest classes only',
  check: findWrongFileNames,
  refuses: [
    { title: 'camel case', files: { 'libs/domain/src/priceUsage.ts': '' }, because: '"priceUsage"' },
    { title: 'snake case in a folder', files: { 'deploy/rate_cards/card.json': '' }, because: '"rate_cards"' },
    {
      title: 'a service that is none',
      files: { 'libs/application/src/ledger/append.service.ts': 'export class Append {}' },
      because: '@Injectable',
    },
    {
      title: 'a controller under another name',
      files: { 'apps/api/src/ledger.ts': '@Controller() export class Ledger {}' },
      because: 'outside of *.controller.ts',
    },
    {
      title: 'a module under another name',
      files: { 'apps/api/src/api.ts': '@Module({}) export class Api {}' },
      because: 'outside of *.module.ts',
    },
    {
      title: 'a suffix of our own making',
      files: { 'libs/postgres/src/ledger.repository.ts': '' },
      because: '".repository"',
    },
    { title: 'an unknown kind of test', files: { 'libs/domain/src/a.perf.spec.ts': '' }, because: '.perf.spec' },
  ],
  accepts: [
    {
      title: 'the usual names',
      files: {
        'apps/api/src/ledger/ledger.controller.ts': '@Controller() export class LedgerController {}',
        'apps/api/src/problem.filter.ts': '@Catch() export class ProblemFilter {}',
        'apps/api/tsconfig.app.json': '{}',
        'libs/domain/README.md': '',
        'libs/domain/src/a.prop.spec.ts': '',
        'libs/postgres/src/migrations/1767225600000-ledger.ts': '',
        'deploy/Dockerfile': '',
        'test/support/java/ProduceUsage.java': '',
        'test/golden/verify_ledger.py': '',
      },
    },
  ],
};
