import { posix } from 'node:path';
import type { Repository, RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';

/** A path as prose names it: from the root, or, within a lib's own README, from that lib. */
const FROM_ROOT = /^(?:apps|libs|deploy|test)\/[\w./-]+$/;
const FROM_HERE = /^(?:\.{1,2}|src|test)\/[\w./-]+$/;

function findDeadReferences(repository: Repository): Violation[] {
  const documents = repository.files.filter(
    (file) => file.path.endsWith('.md') && !file.path.startsWith('test/golden/'),
  );
  const paths = new Set(repository.files.map((file) => file.path));
  return documents.flatMap((file) => deadReferences(file, (path) => exists(paths, path)));
}

function deadReferences(file: RepositoryFile, isThere: (path: string) => boolean): Violation[] {
  const here = posix.dirname(file.path);
  return file.text.split('\n').flatMap((line, index) =>
    referencesIn(line)
      .filter((path) => !candidates(path, here).some(isThere))
      .map((path) => ({ path: file.path, line: index + 1, message: `${path} does not exist` })),
  );
}

/** Whole paths in backticks, and the targets of links that stay in the repository. Commands and patterns are neither. */
function referencesIn(line: string): string[] {
  const quoted = [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  const linked = [...line.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target);
  return [
    ...quoted.filter((text) => FROM_ROOT.test(text) || FROM_HERE.test(text)),
    ...linked.filter((target) => !/^[a-z]+:/.test(target)),
  ];
}

function candidates(path: string, here: string): string[] {
  return [path, posix.join(here, path)].map((each) => posix.normalize(each).replace(/\/$/, ''));
}

function exists(paths: ReadonlySet<string>, path: string): boolean {
  if (path.startsWith('..') || paths.has(path)) return true;
  return [...paths].some((each) => each.startsWith(`${path}/`));
}

function documents(text: string): Record<string, string> {
  return { 'CONTRIBUTING.md': text, 'libs/domain/README.md': text, 'libs/domain/src/pricing/price-usage.ts': '' };
}

export const documentsLeadSomewhere: Rule = {
  name: 'a path in a document exists',
  check: findDeadReferences,
  refuses: [
    {
      title: 'a file that is gone',
      files: documents('Open `libs/domain/src/pricing/price.ts`.'),
      because: 'libs/domain/src/pricing/price.ts does not exist',
    },
    {
      title: 'a link to nowhere',
      files: documents('See [the runbook](deploy/runbook.md#kafka).'),
      because: 'runbook.md',
    },
    {
      title: 'a path within the lib that is gone',
      files: { 'libs/domain/README.md': 'See `src/price.ts`.' },
      because: 'src/price.ts does not exist',
    },
  ],
  accepts: [
    {
      title: 'files, folders, links, patterns, commands and what lies outside',
      files: {
        ...documents(
          '`libs/domain/src/pricing/price-usage.ts`, [lib](libs/domain/), `libs/*/src`, `node deploy/x.mjs`',
        ),
        'libs/domain/README.md':
          'See `src/pricing/price-usage.ts`, [here](src/pricing), `../../CONTRIBUTING.md`, [web](https://a.example/b).',
      },
    },
  ],
};
