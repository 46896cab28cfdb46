import * as ts from 'typescript';
import { fileAt, foldersOf, type Repository } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';

/** Compiler settings that nobody loosens in passing. */
const STRICT_OPTIONS = [
  'strict',
  'noUncheckedIndexedAccess',
  'exactOptionalPropertyTypes',
  'noImplicitOverride',
  'noImplicitReturns',
  'noFallthroughCasesInSwitch',
  'noUnusedLocals',
  'noUnusedParameters',
  'useUnknownInCatchVariables',
  'isolatedModules',
];

function findLooseWorkspace(repository: Repository): Violation[] {
  const projects = Object.keys(section(repository, 'nest-cli.json', 'projects'));
  const options = section(repository, 'tsconfig.json', 'compilerOptions');
  const paths = isRecord(options['paths']) ? options['paths'] : {};
  const libs = [...foldersOf(repository, 'libs')];
  const parts = [...foldersOf(repository, 'apps'), ...libs];
  return [
    ...STRICT_OPTIONS.filter((option) => options[option] !== true).map((option) => loose(option)),
    ...parts.filter((part) => !projects.includes(part)).map((part) => unknown(part)),
    ...libs.filter((lib) => !leadsTo(paths[`@floopy/${lib}`], `./libs/${lib}/src/index.ts`)).map((lib) => lost(lib)),
  ];
}

function loose(option: string): Violation {
  return { path: 'tsconfig.json', line: 1, message: `${option} is not on` };
}

function unknown(part: string): Violation {
  return { path: 'nest-cli.json', line: 1, message: `no project ${part}` };
}

function lost(lib: string): Violation {
  return { path: 'tsconfig.json', line: 1, message: `@floopy/${lib} does not lead to its index` };
}

function leadsTo(targets: unknown, target: string): boolean {
  return Array.isArray(targets) && targets.length === 1 && targets[0] === target;
}

function section(repository: Repository, path: string, name: string): Record<string, unknown> {
  const { config }: { config?: unknown } = ts.parseConfigFileTextToJson(path, fileAt(repository, path)?.text ?? '{}');
  const found = isRecord(config) ? config[name] : undefined;
  return isRecord(found) ? found : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const STRICT = Object.fromEntries(STRICT_OPTIONS.map((option) => [option, true]));
const PATHS = { '@floopy/domain': ['./libs/domain/src/index.ts'] };

function workspace(projects: readonly string[], options: Record<string, unknown>): Record<string, string> {
  return {
    'nest-cli.json': JSON.stringify({ projects: Object.fromEntries(projects.map((name) => [name, {}])) }),
    'tsconfig.json': JSON.stringify({ compilerOptions: options }),
    'libs/domain/src/index.ts': '',
    'apps/api/src/main.ts': '',
  };
}

export const workspaceIsStrict: Rule = {
  name: 'the compiler is strict and knows every part',
  check: findLooseWorkspace,
  refuses: [
    {
      title: 'a loosened compiler',
      files: workspace(['api', 'domain'], { ...STRICT, paths: PATHS, strict: false }),
      because: 'strict is not on',
    },
    {
      title: 'an app that nest does not build',
      files: workspace(['domain'], { ...STRICT, paths: PATHS }),
      because: 'no project api',
    },
    {
      title: 'a lib without its alias',
      files: workspace(['api', 'domain'], { ...STRICT, paths: {} }),
      because: '@floopy/domain',
    },
    {
      title: 'an alias with a second way in',
      files: workspace(['api', 'domain'], {
        ...STRICT,
        paths: { '@floopy/domain': ['./libs/domain/src/index.ts', '.'] },
      }),
      because: '@floopy/domain',
    },
  ],
  accepts: [{ title: 'a complete workspace', files: workspace(['api', 'domain'], { ...STRICT, paths: PATHS }) }],
};
