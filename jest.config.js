const ROOT = __dirname;

// Nest 12 and some packages below Fastify are ES modules, which Jest cannot require on Node 20: swc translates them.
// The inner group is for copies that npm nests below another package.
const ES_MODULES = [
  '@nestjs',
  '@apidevtools',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
];
const TRANSLATED = [...ES_MODULES, 'content-disposition', 'cookie'].join('|');

const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
      target: 'es2022',
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** The kind of a test is in its file's name: `.spec.ts` needs nothing, the others say what they need. */
function project(displayName, settings) {
  return {
    displayName,
    rootDir: ROOT,
    testEnvironment: 'node',
    roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/deploy', '<rootDir>/test'],
    moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
    moduleNameMapper: { '^@floopy/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts' },
    transform: { '\\.(ts|js|mjs)$': swc },
    transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${TRANSLATED})/)`],
    ...settings,
  };
}

const WITH_SERVERS = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = {
  projects: [
    project('unit', {
      testRegex: '(?<!\\.(int|prop|e2e))\\.spec\\.ts$',
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/architecture/'],
    }),
    project('prop', { testRegex: '\\.prop\\.spec\\.ts$' }),
    project('architecture', { testRegex: '/test/architecture/.*\\.spec\\.ts$' }),
    project('int', { testRegex: '\\.int\\.spec\\.ts$', ...WITH_SERVERS }),
    project('e2e', { testRegex: '\\.e2e\\.spec\\.ts$', ...WITH_SERVERS }),
  ],
  // One more than there are cores where the tests must be done in time: servers are waited for more than anything is computed.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // For tests that start servers and kill them, on a machine that has other work too.
  testTimeout: 180_000,
  watchman: false,
};
