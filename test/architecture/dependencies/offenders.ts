export interface Offender {
  /** The rule of .dependency-cruiser.cjs that must refuse it. */
  readonly rule: string;
  readonly path: string;
  readonly text: string;
}

function offender(rule: string, path: string, ...imported: readonly string[]): Offender {
  return { rule, path, text: imported.map(importing).join('\n') };
}

/** A value import of a lib or package, or, from `types of x`, an import of nothing but a type. */
function importing(target: string, index: number): string {
  const typesOf = target.replace(/^types of /, '');
  const name = `thing${index}`;
  if (typesOf !== target)
    return `import type { Thing as ${name} } from '${typesOf}';\nexport const is${name}: ${name} = 1;`;
  return `import { thing as ${name} } from '${target}';\nexport const has${name} = ${name};`;
}

/** At least one file for every rule. */
export const OFFENDERS: readonly Offender[] = [
  offender('domain-imports-nothing', 'libs/domain/src/a-contract.ts', 'types of @floopy/contracts'),
  offender('domain-imports-nothing', 'libs/domain/src/a-contract.spec.ts', '@floopy/application'),
  offender('contracts-know-no-layer', 'libs/contracts/src/a-use-case.ts', '@floopy/application'),
  offender('application-knows-the-domain', 'libs/application/src/a-contract.ts', '@floopy/contracts'),
  offender('application-knows-the-domain', 'libs/application/src/a-store.ts', 'types of @floopy/postgres'),
  offender('tier-two-never-each-other', 'libs/postgres/src/a-topic.ts', '@floopy/kafka'),
  offender('tier-two-never-each-other', 'libs/kafka/src/a-row.ts', '@floopy/postgres'),
  offender('tier-two-never-each-other', 'libs/kafka/src/a-log.ts', '@floopy/runtime'),
  offender('tier-two-never-each-other', 'libs/postgres/src/a-script.ts', '@floopy/redis'),
  offender('contracts-are-for-kafka', 'libs/postgres/src/a-contract.ts', 'types of @floopy/contracts'),
  offender('adapters-take-ports', 'libs/postgres/src/a-use-case.ts', '@floopy/application'),
  offender('adapters-take-ports', 'libs/runtime/src/a-use-case.ts', '@floopy/application'),
  offender('runtime-knows-ports', 'libs/runtime/src/a-price.ts', 'types of @floopy/domain'),
  offender('usage-client-stands-alone', 'libs/usage-client/src/a-price.ts', '@floopy/domain'),
  offender('apps-never-each-other', 'apps/operator/src/a-view.ts', '../../api/src/view'),
  offender('libs-know-no-app', 'libs/runtime/src/an-app.ts', '../../../apps/api/src/view'),
  offender('product-knows-no-test', 'apps/api/src/a-server.ts', '../../../test/support/servers'),
  offender('product-knows-no-test', 'libs/domain/src/a-builder.ts', '../test/a-thing'),
  offender('deploy-starts-apps', 'deploy/local/an-app.ts', '../../apps/api/src/view'),

  offender('domain-npm', 'libs/domain/src/a-schema.ts', 'zod'),
  offender('application-npm', 'libs/application/src/a-schema.ts', 'zod'),
  offender('contracts-npm', 'libs/contracts/src/a-metric.ts', 'prom-client'),
  offender('postgres-npm', 'libs/postgres/src/a-schema.ts', 'zod'),
  offender('kafka-npm', 'libs/kafka/src/a-schema.ts', 'zod'),
  offender('redis-npm', 'libs/redis/src/a-schema.ts', 'zod'),
  offender('delivery-npm', 'libs/delivery/src/a-schema.ts', 'zod'),
  offender('stripe-npm', 'libs/stripe/src/a-schema.ts', 'zod'),
  offender('runtime-npm', 'libs/runtime/src/a-client.ts', 'stripe'),
  offender('usage-client-npm', 'libs/usage-client/src/a-module.ts', '@nestjs/common'),

  offender('apps-npm', 'apps/api/src/a-metric.ts', 'prom-client'),

  offender('home-of-kafkajs', 'apps/api/src/a-producer.ts', 'kafkajs'),
  offender('home-of-kafkajs', 'libs/runtime/src/a-producer.ts', 'types of kafkajs'),
  offender('home-of-snappy', 'apps/api/src/a-codec.ts', 'fzstd'),
  offender('home-of-pg', 'apps/api/src/a-query.ts', 'pg'),
  offender('home-of-pg', 'libs/kafka/src/an-entity.ts', 'typeorm'),
  offender('home-of-ioredis', 'apps/api/src/a-script.ts', 'ioredis'),
  offender('home-of-standardwebhooks', 'apps/api/src/a-letter.ts', 'nodemailer'),
  offender('home-of-stripe', 'apps/api/src/an-invoice.ts', 'stripe'),

  offender('the-oracle-stands-alone', 'test/properties/oracle/a-price.ts', '@floopy/domain'),
  offender('the-oracle-stands-alone', 'test/properties/oracle/a-world.ts', '../../support/servers'),

  offender('one-door', 'libs/application/src/a-detail.ts', '../../domain/src/thing'),
  offender('one-door-from-outside', 'apps/api/src/a-detail.ts', '../../../libs/domain/src/thing'),
  offender('one-door-from-outside', 'test/e2e/a-detail.ts', '../../libs/domain/src/thing'),
  offender('by-its-name', 'apps/api/src/a-path.ts', '../../../libs/domain/src/index'),
  offender('by-its-name', 'libs/application/src/a-path.ts', '../../domain/src/index'),
  offender('never-your-own-index', 'libs/domain/src/a-mirror.ts', './index'),
  offender('never-your-own-index', 'libs/domain/src/a-mirror.spec.ts', '@floopy/domain'),

  offender('core-without-node', 'libs/domain/src/a-hash.ts', 'node:crypto'),
  offender('core-without-node', 'libs/application/src/a-hash.ts', 'crypto'),
  offender('core-without-node', 'libs/contracts/src/a-file.ts', 'node:fs'),
  offender('adapters-without-nest', 'libs/postgres/src/an-injection.ts', '@nestjs/common'),
  offender('adapters-without-nest', 'libs/kafka/src/a-loop.ts', '@nestjs/common'),

  offender('no-cycle', 'libs/domain/src/a-hen.ts', './an-egg'),
  offender('no-cycle', 'libs/domain/src/an-egg.ts', './a-hen'),
  offender('no-cycle', 'libs/postgres/src/a-type-of-hen.ts', 'types of ./a-type-of-egg'),
  offender('no-cycle', 'libs/postgres/src/a-type-of-egg.ts', 'types of ./a-type-of-hen'),
  offender('resolvable', 'apps/api/src/a-ghost.ts', './nowhere'),
  offender('declared', 'apps/api/src/a-stowaway.ts', 'left-pad'),
  offender('no-dev-dependency-in-production', 'apps/api/src/a-tool.ts', '@nestjs/testing'),
];
