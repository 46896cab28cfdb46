import { foldersOf, type Repository } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';

/** The nouns of the business. A feature is the folders of one name across the layers: `find libs apps -path '*overage*'`. */
export const FEATURES = (
  'usage pricing ledger balance monthly-usage overage purchases budgets alerts organization ' +
  'plans admission rate-cards api-keys dead-letters requests spend adjustments corrections statements verification ' +
  'replay rebuild audit reconciliation'
).split(' ');

/** What a lib holds besides features: the technique that is its reason to exist. */
const TECHNIQUE: Readonly<Record<string, readonly string[]>> = {
  domain: ['money', 'time'],
  contracts: ['topics', 'schema', 'documents', 'http', 'wire'],
  application: ['ports'],
  postgres: ['connection', 'migrations', 'transaction', 'rows', 'outbox'],
  kafka: ['transport', 'publisher', 'codecs', 'topics', 'connection', 'watermarks'],
  redis: ['connection'],
  delivery: ['webhooks', 'mail'],
  runtime: ['config', 'logging', 'metrics', 'health', 'shutdown'],
  'usage-client': ['delivery', 'buffer'],
};

function findStrangeFolders(repository: Repository): Violation[] {
  return [...foldersOf(repository, 'libs')].flatMap((lib) => {
    const allowed = new Set([...FEATURES, ...(TECHNIQUE[lib] ?? [])]);
    return [...foldersOf(repository, `libs/${lib}/src`)]
      .filter((folder) => !allowed.has(folder))
      .map((folder) => ({
        path: `libs/${lib}/src/${folder}`,
        line: 1,
        message: `"${folder}" is neither a feature nor a technique of ${lib}`,
      }));
  });
}

export const featuresShareNames: Rule = {
  name: 'a feature has one folder name in every layer',
  check: findStrangeFolders,
  refuses: [
    {
      title: 'a second name for a feature',
      files: { 'libs/postgres/src/ledgers/append.ts': '' },
      because: '"ledgers" is neither',
    },
    {
      title: "another lib's technique",
      files: { 'libs/domain/src/migrations/first.ts': '' },
      because: 'technique of domain',
    },
    { title: 'a kind instead of a thing', files: { 'libs/domain/src/types/usage.ts': '' }, because: '"types"' },
  ],
  accepts: [
    {
      title: 'the same feature across the layers, and techniques at home',
      files: {
        'libs/domain/src/ledger/post.ts': '',
        'libs/postgres/src/ledger/append.ts': '',
        'libs/postgres/src/migrations/first.ts': '',
        'libs/domain/src/index.ts': '',
      },
    },
  ],
};
