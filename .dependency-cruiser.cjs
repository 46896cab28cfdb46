'use strict';

/**
 * Who may import whom. test/architecture runs these rules over the repository and, for every one of them, over a file
 * that breaks it. By hand: `npx depcruise apps libs deploy test`.
 *
 * Specs are held to the same walls between libs, but may use Node, npm and test/support.
 */

/** Specs, and the builders that a part keeps for them. */
const SPEC = '\\.spec\\.ts$|^(apps|libs)/[^/]+/test/';
const TIER_TWO = 'postgres|kafka|redis|delivery|stripe';

/** What each lib may take from npm; every other package is refused there. */
const NPM_BY_LIB = {
  domain: [],
  application: [],
  contracts: ['zod'],
  postgres: ['pg', 'typeorm'],
  kafka: ['kafkajs', 'snappy', 'lz4-napi', 'fzstd'],
  redis: ['ioredis'],
  delivery: ['standardwebhooks', 'nodemailer'],
  stripe: ['stripe'],
  runtime: ['@nestjs/.+', 'nestjs-pino', 'pino', 'pino-http', 'prom-client', 'zod', 'rxjs', 'reflect-metadata'],
  'usage-client': ['kafkajs'],
};

/** What an app may take: Nest and its HTTP server, validation at its edge, a command line, the price list to import. */
const NPM_OF_APPS = [
  '@nestjs/.+',
  'reflect-metadata',
  'rxjs',
  'fastify',
  '@fastify/.+',
  'class-transformer',
  'class-validator',
  'zod',
  'nestjs-pino',
  'pino',
  'commander',
  'cli-progress',
  '@pydantic/genai-prices',
];

const NPM_TYPES = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'];

/** Technology that has one home, so that it can be replaced there. */
const HOMES = [
  { technology: 'kafkajs', home: '^(libs/(kafka|usage-client)/|test/|deploy/local/)' },
  { technology: 'snappy|lz4-napi|fzstd', home: '^(libs/kafka/|test/)' },
  { technology: 'pg|typeorm|@nestjs/typeorm', home: '^(libs/postgres/|test/)' },
  { technology: 'ioredis', home: '^(libs/redis/|test/|deploy/local/)' },
  { technology: 'standardwebhooks|nodemailer|smtp-server', home: '^(libs/delivery/|test/)' },
  { technology: 'stripe', home: '^(libs/stripe/|test/|apps/stripe-simulator/)' },
];

/** Matches a package by name, whether it was found on disk or not. */
function npmPackage(names) {
  return `(^|node_modules/)(@types/)?(${names})(/|$)`;
}

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

const npmRules = Object.entries(NPM_BY_LIB).map(([lib, names]) =>
  forbid(
    `${lib}-npm`,
    names.length === 0 ? `${lib} uses no npm package` : `${lib} uses no npm package but ${names.join(', ')}`,
    { path: `^libs/${lib}/src/`, pathNot: SPEC },
    {
      dependencyTypes: NPM_TYPES,
      ...(names.length === 0 ? {} : { pathNot: npmPackage(names.join('|')) }),
    },
  ),
);

const appRules = [
  forbid(
    'apps-npm',
    'an app is wiring: what needs a technology of its own lives in a lib',
    { path: '^apps/', pathNot: SPEC },
    { dependencyTypes: NPM_TYPES, pathNot: npmPackage(NPM_OF_APPS.join('|')) },
  ),
];

const homeRules = HOMES.map(({ technology, home }) =>
  forbid(
    `home-of-${technology.split('|')[0]}`,
    `${technology} is used only in ${home}`,
    { path: '^(apps|libs|deploy|test)/', pathNot: `${home}|${SPEC}` },
    { path: npmPackage(technology) },
  ),
);

const layerRules = [
  forbid(
    'domain-imports-nothing',
    'domain knows only itself',
    { path: '^libs/domain/src/' },
    { path: '^(apps|libs)/', pathNot: '^libs/domain/' },
  ),
  forbid(
    'contracts-know-no-layer',
    'contracts know the domain and nothing above it',
    { path: '^libs/contracts/src/' },
    { path: '^(apps|libs)/', pathNot: '^libs/(contracts|domain)/' },
  ),
  forbid(
    'application-knows-the-domain',
    'use cases know the domain and their own ports',
    { path: '^libs/application/src/' },
    { path: '^(apps|libs)/', pathNot: '^libs/(application|domain)/' },
  ),
  forbid(
    'tier-two-never-each-other',
    'an adapter knows the domain and the ports, never another adapter or the runtime',
    { path: `^libs/(${TIER_TWO})/src/` },
    { path: '^(apps|libs)/', pathNot: '^libs/($1|domain|application|contracts)/' },
  ),
  forbid(
    'contracts-are-for-kafka',
    'wire shapes stop at the edge: Postgres and Stripe never see them',
    { path: '^libs/(postgres|stripe)/src/' },
    { path: '^libs/contracts/' },
  ),
  forbid(
    'adapters-take-ports',
    'an adapter or the runtime takes ports, which are types, and calls no use case',
    { path: `^libs/(${TIER_TWO}|runtime)/src/`, pathNot: SPEC },
    { path: '^libs/application/', dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'runtime-knows-ports',
    'the runtime knows the ports of the application and no business',
    { path: '^libs/runtime/src/' },
    { path: '^(apps|libs)/', pathNot: '^libs/(runtime|application)/' },
  ),
  forbid(
    'usage-client-stands-alone',
    'producers install the client: it may bring the contracts and nothing else of ours',
    { path: '^libs/usage-client/src/' },
    { path: '^(apps|libs)/', pathNot: '^libs/(usage-client|contracts)/' },
  ),
  forbid(
    'apps-never-each-other',
    'an app is a process: what two of them need lives in a lib',
    { path: '^apps/([^/]+)/' },
    { path: '^apps/', pathNot: '^apps/$1/' },
  ),
  forbid('libs-know-no-app', 'a lib does not know who runs it', { path: '^libs/' }, { path: '^apps/' }),
  forbid(
    'product-knows-no-test',
    'what runs in production needs neither tests nor the local machinery',
    { path: '^(apps|libs)/', pathNot: SPEC },
    { path: '^(test|deploy)/|^(apps|libs)/[^/]+/test/' },
  ),
  forbid(
    'deploy-starts-apps',
    'deploy starts apps as processes and imports none, nor the tests',
    { path: '^deploy/', pathNot: SPEC },
    { path: '^(apps|test)/' },
  ),
];

const judgeRules = [
  forbid(
    'the-oracle-stands-alone',
    'what the whole is judged by takes nothing of it but types: a fault that both have would never be found',
    { path: '^test/properties/oracle/' },
    { path: '^(apps|libs|deploy|test)/', pathNot: '^test/properties/oracle/', dependencyTypesNot: ['type-only'] },
  ),
];

const doorRules = [
  forbid(
    'one-door',
    'another lib is entered through its src/index.ts',
    { path: '^libs/([^/]+)/' },
    { path: '^libs/([^/]+)/', pathNot: '^libs/($1/|[^/]+/src/index\\.ts$)' },
  ),
  forbid(
    'one-door-from-outside',
    'a lib is entered through its src/index.ts',
    { path: '^(apps|deploy|test)/' },
    { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
  ),
  forbid(
    'by-its-name',
    'another lib is imported by its alias, not by a path through the tree',
    { path: '^(apps|libs|deploy|test)/' },
    { path: '^libs/[^/]+/src/index\\.ts$', dependencyTypesNot: ['aliased'] },
  ),
  forbid(
    'never-your-own-index',
    'inside a lib, files import each other: going through the own index makes a cycle',
    { path: '^libs/([^/]+)/' },
    { path: '^libs/$1/src/index\\.ts$' },
  ),
];

const nodeRules = [
  forbid(
    'core-without-node',
    'domain, application and contracts use nothing of Node',
    { path: '^libs/(domain|application|contracts)/src/', pathNot: SPEC },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'adapters-without-nest',
    'an adapter knows no framework: whoever uses it, as a command of the operator does, starts without one',
    { path: `^libs/(${TIER_TWO})/src/`, pathNot: SPEC },
    { path: npmPackage('@nestjs|rxjs') },
  ),
];

const hygieneRules = [
  forbid('no-cycle', 'a cycle has no first file to read', {}, { circular: true }),
  forbid('resolvable', 'an import leads somewhere', {}, { couldNotResolve: true }),
  forbid(
    'declared',
    'what is imported is declared in package.json',
    { path: '^(apps|libs|deploy|test)/' },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
  forbid(
    'no-dev-dependency-in-production',
    'what runs in production is a dependency, not a devDependency',
    { path: '^(apps|libs)/', pathNot: SPEC },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  ),
];

module.exports = {
  forbidden: [
    ...layerRules,
    ...npmRules,
    ...appRules,
    ...homeRules,
    ...judgeRules,
    ...doorRules,
    ...nodeRules,
    ...hygieneRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.local)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
