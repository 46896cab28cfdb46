import { exportedNames } from '../repository/exported-names';
import { codeFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { wordsOf } from '../repository/words';

/** Words that fit any file and so tell nothing about this one, with their plurals. */
export const BANNED_WORDS: ReadonlySet<string> = new Set(
  (
    'util utils helper helpers common misc manager managers base bases abstract impl impls data datas ' +
    'info infos v2 new old'
  ).split(' '),
);

/** Nouns of others that hold a banned word: TypeORM has no other name for its connection. */
const NAMES_OF_OTHERS = /data-?source/gi;

const HELD_TO_NAMES = /^(?:apps|libs|deploy|test)\//;

function findEmptyNames(repository: Repository): Violation[] {
  const paths = repository.files.filter((file) => HELD_TO_NAMES.test(file.path)).flatMap(emptyPath);
  return [...paths, ...codeFiles(repository).flatMap(emptyExports)];
}

function emptyPath(file: RepositoryFile): Violation[] {
  const word = bannedWord(file.path);
  return word === undefined ? [] : [{ path: file.path, line: 1, message: `"${word}" in the path says nothing` }];
}

function emptyExports(file: RepositoryFile): Violation[] {
  return exportedNames(treeOf(file)).flatMap(({ name, line }) => {
    const word = bannedWord(name);
    return word === undefined ? [] : [{ path: file.path, line, message: `"${word}" in ${name} says nothing` }];
  });
}

function bannedWord(name: string): string | undefined {
  return wordsOf(name.replaceAll(NAMES_OF_OTHERS, 'source')).find((word) => BANNED_WORDS.has(word));
}

export const namesSaySomething: Rule = {
  name: 'no file and no export has a name that says nothing',
  check: findEmptyNames,
  refuses: [
    { title: 'a file of helpers', files: { 'libs/kafka/src/retry-helpers.ts': '' }, because: '"helpers"' },
    { title: 'a folder named common', files: { 'libs/common/README.md': '' }, because: '"common"' },
    {
      title: 'an exported manager',
      files: { 'libs/kafka/src/offsets.ts': 'export class OffsetManager {}' },
      because: '"manager" in OffsetManager',
    },
    {
      title: 'a second version by name',
      files: { 'libs/domain/src/price.ts': 'export const priceUsageV2 = 1;' },
      because: '"v2"',
    },
    {
      title: 'a constant of data',
      files: { 'libs/domain/src/price.ts': 'export const PRICE_DATA = 1;' },
      because: '"data"',
    },
    {
      title: 'an alias in an index',
      files: { 'libs/domain/src/index.ts': "export { price as newPrice } from './price';" },
      because: '"new"',
    },
    {
      title: 'a destructured export',
      files: { 'libs/domain/src/price.ts': 'export const { baseRate } = rates;' },
      because: '"base"',
    },
  ],
  accepts: [
    {
      title: 'words that only contain a banned one, and a name of TypeORM',
      files: {
        'libs/postgres/src/database/data-source.ts': 'export const dataSource = 1;\nexport const metadataOf = 1;',
        'libs/kafka/src/news.ts': 'export const encodeBase64 = 1;\nexport const newestRenewal = 1;\nconst data = 1;',
      },
    },
  ],
};
