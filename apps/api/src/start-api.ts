import {
  createAdjustmentStore,
  createAuditStore,
  createPool,
  createTermsStore,
  type DatabasePool,
  findApiKey,
  findOrganizationKey,
  listActs,
  ping,
  queriesOf,
  readOnceInOrganization,
  readStreamEnd,
} from '@floopy/postgres';
import { createMetrics, HealthChecks, type Log, sha256, type Shutdown, systemClock } from '@floopy/runtime';
import { ApiKeyMemory } from './access/api-key-memory';
import { rememberOrganizationKeys } from './access/organization-key-memory';
import { openAdmission } from './admission/open-admission';
import { openAlertChoices } from './alerts/alert-choices';
import type { ApiConfig } from './config';
import { openCorrections } from './corrections/corrections';
import { openDeadLetters } from './dead-letters/dead-letters';
import { createServer } from './http/create-server';
import { OrganizationReads } from './http/organization-reads';
import { openLagMonitor } from './watermark/open-lag-monitor';
import { PositionWaiter } from './watermark/position-waiter';

export const APP = 'api';

/** Opens what the API needs and listens; every part is named to `shutdown`. */
export async function startApi(
  config: ApiConfig,
  log: Log,
  shutdown: Pick<Shutdown, 'add' | 'signal'>,
): Promise<{ readonly url: string }> {
  const metrics = createMetrics(APP);
  const { reader, writer } = openPools(config, log, shutdown);
  const queries = queriesOf(reader);
  const monitor = await openLagMonitor(config, { log, metrics, queries }, shutdown);

  const checks = new HealthChecks();
  checks.add('postgres', async () => {
    await ping(queries);
    return { status: 'up' };
  });
  checks.add('kafka', () => monitor.kafkaHealth());
  checks.add('watermark', () => monitor.health());
  const admissions = await openAdmission(config, { log, metrics, checks }, shutdown);

  const app = await createServer(
    {
      reads: new OrganizationReads(reader, monitor),
      positions: new PositionWaiter((key) => readPosition(reader, key)),
      keys: new ApiKeyMemory((keyHash) => findApiKey(queries, keyHash), config.API_KEY_MEMORY_MS, systemClock),
      findOrganizationKey: rememberOrganizationKeys((id) => findOrganizationKey(queries, id)),
      audit: {
        store: createAuditStore(queriesOf(writer)),
        onLostOutcome: (actNumber, error) => log.error({ actNumber, error }, 'act_outcome_lost'),
      },
      adjustments: { store: createAdjustmentStore(writer), clock: systemClock, sha256 },
      listActs: (filter) => listActs(queriesOf(writer), filter),
      corrections: openCorrections(writer),
      deadLetters: openDeadLetters(writer),
      terms: {
        store: createTermsStore(writer),
        clock: systemClock,
        onChanged: (id, termsVersion) => admissions.noteTerms(id, termsVersion),
      },
      admissions,
      alerts: openAlertChoices(writer, config),
      checks,
      metrics,
      log,
    },
    { requestsPerSecond: config.REQUESTS_PER_SECOND, trustedProxies: config.TRUSTED_PROXIES },
  );
  shutdown.add('http', () => app.close());
  await app.listen(config.PORT, config.HOST);
  return { url: await app.getUrl() };
}

/** Reads go through the reader's role, which row-level security holds; only adjustments and changes of terms may write. */
function openPools(
  config: ApiConfig,
  log: Log,
  shutdown: Pick<Shutdown, 'add'>,
): { readonly reader: DatabasePool; readonly writer: DatabasePool } {
  const shared = {
    url: config.DATABASE_URL,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    onIdleError: (error: Error) => log.warn({ error }, 'postgres_connection_lost'),
  };
  const reader = createPool({
    ...shared,
    role: 'floopy_reader',
    applicationName: 'api-reader',
    maxConnections: config.READER_CONNECTIONS,
    pipeline: true,
    settings: { default_transaction_read_only: 'on', jit: 'off' },
  });
  const writer = createPool({
    ...shared,
    role: 'floopy_writer',
    applicationName: 'api-writer',
    maxConnections: config.WRITER_CONNECTIONS,
    pipeline: true,
  });
  shutdown.add('postgres', () => Promise.all([reader.end(), writer.end()]));
  return { reader, writer };
}

function readPosition(reader: DatabasePool, organizationKey: number): Promise<number> {
  return readOnceInOrganization(reader, organizationKey, async (queries) => {
    const { position } = await readStreamEnd(queries, organizationKey);
    return position;
  });
}
