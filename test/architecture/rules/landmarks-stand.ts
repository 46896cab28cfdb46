import { exportedNames } from '../repository/exported-names';
import { fileAt, foldersOf, treeOf, type Repository } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { camelCase, pascalCase } from '../repository/words';

interface Landmark {
  readonly path: string;
  readonly exports: string;
}

/** The three places that everybody must find. The overage push is one from the day there is a lib to push with. */
export const LANDMARKS: readonly Landmark[] = [
  { path: 'libs/domain/src/pricing/price-usage.ts', exports: 'priceUsage' },
  { path: 'libs/postgres/src/ledger/append-ledger-events.ts', exports: 'appendLedgerEvents' },
  { path: 'libs/application/src/overage/push-overage.ts', exports: 'pushOverage' },
];

const TABLE_HEAD = /^\|\s*I want to change\b.*\|/i;

function findLostLandmarks(repository: Repository): Violation[] {
  const required = LANDMARKS.filter((landmark) => isRequired(repository, landmark));
  return [
    ...required.flatMap((landmark) => lostExport(repository, landmark.path, [landmark.exports], landmark.path, 1)),
    ...lostRows(repository, required),
  ];
}

function isRequired(repository: Repository, landmark: Landmark): boolean {
  return !landmark.path.includes('/overage/') || foldersOf(repository, 'libs').has('stripe');
}

/** The README's table "I want to change … | open …": each landmark has a row, and each row leads somewhere. */
function lostRows(repository: Repository, required: readonly Landmark[]): Violation[] {
  const readme = fileAt(repository, 'README.md');
  if (readme === undefined) return [{ path: 'README.md', line: 1, message: 'no README with the landmark table' }];
  const lines = readme.text.split('\n');
  const head = lines.findIndex((line) => TABLE_HEAD.test(line));
  if (head === -1) return [{ path: 'README.md', line: 1, message: 'no table "I want to change … | open …"' }];
  const length = lines.slice(head).findIndex((line) => !line.startsWith('|'));
  const rows = lines.slice(head, length === -1 ? undefined : head + length);
  return [
    ...required.filter(({ path }) => !rows.some((row) => row.includes(path))).map(missingRow),
    ...rows.flatMap((row, index) => lostPaths(repository, row, head + index + 1)),
  ];
}

function missingRow(landmark: Landmark): Violation {
  return { path: 'README.md', line: 1, message: `the landmark table has no row for ${landmark.path}` };
}

/** Paths and names stand in backticks. A file must export the names of its row, or else the thing it is named after. */
function lostPaths(repository: Repository, row: string, line: number): Violation[] {
  const quoted = [...row.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replace(/\(\)$/, ''));
  const names = quoted.filter((text) => /^[A-Za-z]\w*$/.test(text));
  return quoted
    .filter((text) => /^[\w.-]+(?:\/[\w.-]+)+\/?$/.test(text))
    .flatMap((path) => lostExport(repository, path, names, 'README.md', line));
}

function lostExport(
  repository: Repository,
  path: string,
  names: readonly string[],
  namedIn: string,
  line: number,
): Violation[] {
  const file = fileAt(repository, path);
  const folder = `${path.replace(/\/$/, '')}/`;
  if (file === undefined) {
    const exists = repository.files.some((each) => each.path.startsWith(folder));
    return exists ? [] : [{ path: namedIn, line, message: `${path} does not exist` }];
  }
  if (!path.endsWith('.ts')) return [];
  const stem = (path.split('/').at(-1) ?? '').replace(/\.ts$/, '');
  const wanted = names.length > 0 ? names : [camelCase(stem), pascalCase(stem)];
  const exported = exportedNames(treeOf(file)).map((each) => each.name);
  if (wanted.some((name) => exported.includes(name))) return [];
  return [{ path: namedIn, line, message: `${path} does not export ${wanted.join(' or ')}` }];
}

const FILES = {
  'libs/domain/src/pricing/price-usage.ts': 'export function priceUsage() {}',
  'libs/postgres/src/ledger/append-ledger-events.ts': 'export async function appendLedgerEvents() {}',
};
const TABLE = [
  '| I want to change … | open … |',
  '|---|---|',
  '| a price rule | `libs/domain/src/pricing/price-usage.ts` |',
  '| the append | `libs/postgres/src/ledger/append-ledger-events.ts` (`appendLedgerEvents`) |',
];

function readme(...lines: readonly string[]): Record<string, string> {
  return { ...FILES, 'README.md': lines.join('\n') };
}

export const landmarksStand: Rule = {
  name: 'the landmarks of the README lead somewhere',
  check: findLostLandmarks,
  refuses: [
    { title: 'a repository without README', files: FILES, because: 'no README' },
    { title: 'a README without the table', files: readme('# Floopy'), because: 'no table' },
    { title: 'a missing row', files: readme(...TABLE.slice(0, 3)), because: 'no row for libs/postgres' },
    {
      title: 'a path that is gone',
      files: readme(...TABLE, '| a rate | `libs/domain/src/rate.ts` |'),
      because: 'libs/domain/src/rate.ts does not exist',
    },
    {
      title: 'a file that exports something else',
      files: { ...readme(...TABLE), 'libs/domain/src/pricing/price-usage.ts': 'export const price = 1;' },
      because: 'does not export priceUsage',
    },
    {
      title: 'a name that its file does not export',
      files: readme(...TABLE, '| it | `libs/domain/src/pricing/price-usage.ts` `priceAll` |'),
      because: 'does not export priceAll',
    },
    {
      title: 'a lib for Stripe without the overage push',
      files: { ...readme(...TABLE), 'libs/stripe/src/index.ts': '' },
      because: 'push-overage.ts',
    },
  ],
  accepts: [
    {
      title: 'rows for files, folders and documents',
      files: { ...readme(...TABLE, '| docs | `libs/domain/` or `CONTRIBUTING.md` |', '', '`no/row` here') },
    },
  ],
};
