import { entriesOf, foldersOf, type Repository } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';

const REQUIRED = (
  'apps libs deploy test .ci/run nest-cli.json package.json package-lock.json tsconfig.json docker-compose.yml ' +
  'jest.config.js README.md CONTRIBUTING.md LICENSE .editorconfig .gitignore .npmrc .oxlintrc.json .prettierrc ' +
  '.prettierignore .dependency-cruiser.cjs'
).split(' ');
const OPTIONAL = ['.dockerignore', '.gitattributes', '.github', '.nvmrc', 'SECURITY.md', 'CHANGELOG.md'];

const APPS = (
  'api usage-consumer ledger-relay ledger-follower reconciler overage-pusher operator gateway playground dashboard ' +
  'stripe-simulator'
).split(' ');
const LIBS = 'domain contracts application postgres kafka redis delivery stripe runtime usage-client'.split(' ');
const TESTS = 'architecture integration e2e properties chaos golden bench support'.split(' ');

function findStrangers(repository: Repository): Violation[] {
  const paths = repository.files.map((file) => file.path);
  const missing = REQUIRED.filter((entry) => !paths.some((path) => path === entry || path.startsWith(`${entry}/`)));
  const known = new Set([...REQUIRED.map((entry) => entry.split('/')[0] ?? ''), ...OPTIONAL]);
  return [
    ...missing.map((path) => ({ path, line: 1, message: 'missing at the top level' })),
    ...strangers(entriesOf(repository, ''), known, ''),
    ...strangers(foldersOf(repository, 'apps'), new Set(APPS), 'apps/'),
    ...strangers(foldersOf(repository, 'libs'), new Set(LIBS), 'libs/'),
    ...strangers(foldersOf(repository, 'test'), new Set(TESTS), 'test/'),
  ];
}

function strangers(found: ReadonlySet<string>, known: ReadonlySet<string>, prefix: string): Violation[] {
  return [...found]
    .filter((name) => !known.has(name))
    .map((name) => ({ path: `${prefix}${name}`, line: 1, message: 'has no place in the layout' }));
}

const COMPLETE = Object.fromEntries(
  REQUIRED.map((entry) => [/^[a-z]+$/.test(entry) ? `${entry}/README.md` : entry, '']),
);

const WITHOUT_LICENCE = Object.fromEntries(Object.entries(COMPLETE).filter(([path]) => path !== 'LICENSE'));

export const topLevelIsFixed: Rule = {
  name: 'the layout is fixed down to apps, libs and kinds of tests',
  check: findStrangers,
  refuses: [
    { title: 'a repository without licence', files: WITHOUT_LICENCE, because: 'LICENSE:1 missing' },
    { title: 'a scripts folder', files: { ...COMPLETE, 'scripts/a.sh': '' }, because: 'has no place' },
    { title: 'a stray file', files: { ...COMPLETE, 'notes.md': '' }, because: 'has no place' },
    { title: 'a lib that nobody designed', files: { ...COMPLETE, 'libs/money/a.ts': '' }, because: 'has no place' },
    { title: 'an app that nobody designed', files: { ...COMPLETE, 'apps/admin/a.ts': '' }, because: 'has no place' },
    { title: 'a kind of test of its own', files: { ...COMPLETE, 'test/fixtures/a.ts': '' }, because: 'has no place' },
  ],
  accepts: [
    {
      title: 'the designed parts',
      files: { ...COMPLETE, 'libs/domain/a.ts': '', 'apps/api/a.ts': '', 'test/e2e/a.ts': '', '.nvmrc': '' },
    },
  ],
};
