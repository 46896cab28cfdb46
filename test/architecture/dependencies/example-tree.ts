import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const LIBS = [
  'domain',
  'contracts',
  'application',
  'postgres',
  'kafka',
  'redis',
  'delivery',
  'stripe',
  'runtime',
  'usage-client',
];

const PACKAGES = [
  '@nestjs/common',
  'fzstd',
  'ioredis',
  'kafkajs',
  'nodemailer',
  'pg',
  'prom-client',
  'stripe',
  'typeorm',
  'zod',
];
const DEVELOPMENT_PACKAGES = ['fast-check', '@nestjs/testing'];
const UNDECLARED_PACKAGES = ['left-pad'];

/** A lib that keeps every rule: a door, and a file behind it. */
function lawfulLib(lib: string): Record<string, string> {
  return {
    [`libs/${lib}/src/index.ts`]: "export { thing, type Thing } from './thing';",
    [`libs/${lib}/src/thing.ts`]: 'export interface Thing { readonly a: string }\nexport const thing = 1;',
  };
}

/** What every layer may do, so that the rules are known to let it pass. */
const LAWFUL_FILES: Readonly<Record<string, string>> = {
  'libs/contracts/src/decode.ts':
    "import { z } from 'zod';\nimport type { Thing } from '@floopy/domain';\nexport const a: Thing = z;",
  'libs/application/src/use-case.ts': "import { thing } from '@floopy/domain';\nexport const a = thing;",
  'libs/postgres/src/append.ts':
    "import { Client } from 'pg';\nimport { randomUUID } from 'node:crypto';\nimport { thing } from '@floopy/domain';\n" +
    "import type { Thing } from '@floopy/application';\nexport const a: Thing = [Client, randomUUID, thing];",
  'libs/kafka/src/publish.ts':
    "import { Kafka } from 'kafkajs';\nimport { thing } from '@floopy/contracts';\nexport const a = [Kafka, thing];",
  'libs/usage-client/src/send.ts':
    "import { Kafka } from 'kafkajs';\nimport { thing } from '@floopy/contracts';\nexport const a = [Kafka, thing];",
  'libs/runtime/src/serve.ts':
    "import { Module } from '@nestjs/common';\nimport type { Thing } from '@floopy/application';\nexport const a: Thing = Module;",
  'libs/domain/src/thing.prop.spec.ts':
    "import fc from 'fast-check';\nimport { thing } from './thing';\nfc.assert(thing);",
  'libs/domain/test/a-thing.ts': "import fc from 'fast-check';\nexport const thing = fc;",
  'libs/domain/src/a-thing.spec.ts': "import { thing } from '../test/a-thing';\nexport const a = thing;",
  'apps/operator/src/main.ts':
    "import { Module } from '@nestjs/common';\nimport { thing } from '@floopy/kafka';\nimport { thing as b } from '@floopy/postgres';\n" +
    'export const a = [Module, thing, b];',
  'apps/api/src/view.ts': 'export const view = 1;',
  'deploy/local/main.ts':
    "import { Kafka } from 'kafkajs';\nimport { thing } from '@floopy/postgres';\nexport const a = [Kafka, thing];",
  'test/properties/oracle/entry.ts':
    "import type { Thing } from '@floopy/domain';\nexport const entry: Thing = { a: '' };",
  'test/support/servers.ts':
    "import { Client } from 'pg';\nimport { Kafka } from 'kafkajs';\nexport const a = [Client, Kafka];",
};

/** Writes a small repository, lawful but for `offenders`, to a temporary folder and returns its path. */
export function writeExampleTree(offenders: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'architecture-'));
  const files = { ...merged(LIBS.map(lawfulLib)), ...LAWFUL_FILES, ...offenders, ...surroundings() };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function surroundings(): Record<string, string> {
  const paths = Object.fromEntries(LIBS.map((lib) => [`@floopy/${lib}`, [`./libs/${lib}/src/index.ts`]]));
  const installed = [...PACKAGES, ...DEVELOPMENT_PACKAGES, ...UNDECLARED_PACKAGES];
  return {
    'package.json': JSON.stringify({
      name: 'example',
      dependencies: versions(PACKAGES),
      devDependencies: versions(DEVELOPMENT_PACKAGES),
    }),
    'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'nodenext', target: 'ES2023', paths } }),
    ...merged(installed.map(installedPackage)),
  };
}

function versions(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '1.0.0']));
}

/** Its code lies in dist, as that of most packages does: a rule must not look away there. */
function installedPackage(name: string): Record<string, string> {
  const main = 'dist/main.js';
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main }),
    [`node_modules/${name}/${main}`]: 'module.exports = {};',
  };
}

function merged(parts: readonly Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}
