import { checkStanding, SlicedVerification } from '@floopy/application';
import { createKafka } from '@floopy/kafka';
import { countOrganizations, createPool, createReconcileStore, queriesOf } from '@floopy/postgres';
import { kafkaConnectionOf, type Log, openWorker, sha256, type Shutdown, systemClock } from '@floopy/runtime';
import type { ReconcilerConfig } from './config';
import { SliceWatch } from './reconciliation/slice-watch';
import { StandingWatch } from './reconciliation/standing-watch';
import { unreadRecordsOf } from './reconciliation/unread-records';

export const APP = 'reconciler';

/** One for what is looked at every minute, one for what is verified, one to ask beside them. */
const MAX_CONNECTIONS = 3;

/** Opens what the reconciler needs and begins to look; every part is named to `shutdown`. It writes nothing. */
export async function startReconciler(
  config: ReconcilerConfig,
  log: Log,
  shutdown: Pick<Shutdown, 'add' | 'signal'>,
): Promise<{ readonly healthUrl: string }> {
  const worker = await openWorker({
    app: APP,
    kind: 'reconciler',
    host: config.HOST,
    port: config.PORT,
    log,
    shutdown,
  });
  const pool = createPool({
    url: config.DATABASE_URL,
    role: 'floopy_writer',
    applicationName: APP,
    maxConnections: MAX_CONNECTIONS,
    // Whatever it does wrong, it does not write.
    settings: { default_transaction_read_only: 'on' },
    onIdleError: (error) => log.warn({ error }, 'postgres_connection_lost'),
  });
  shutdown.add('postgres', () => pool.end());
  const admin = createKafka({
    ...kafkaConnectionOf(config),
    clientId: APP,
    // It repeats every failed attempt; what is failing is said once, by the round.
    onLog: ({ message, detail }) => log.debug({ kafka: detail, message }, 'kafka_client'),
  }).admin();
  shutdown.add('kafka', () => admin.disconnect());

  const store = createReconcileStore(pool);
  const readUnread = unreadRecordsOf({ admin, queries: queriesOf(pool), topic: config.USAGE_TOPIC });
  const standing = new StandingWatch(log, worker.metrics);
  worker.watch('standing', () => standing.health());
  worker.repeat({
    name: 'checks',
    help: 'Looks at offsets, guards, the outbox and what waits.',
    round: async () => {
      standing.note(await checkStanding({ store, readUnread, clock: systemClock }));
      return 1;
    },
    restMs: () => config.CHECK_EVERY_SECONDS * 1_000,
  });

  const { largestKey } = await countOrganizations(queriesOf(pool)).catch(() => ({ largestKey: 0 }));
  const slices = new SlicedVerification({ store, sha256 }, Math.floor(Math.random() * largestKey));
  const watch = new SliceWatch(log, worker.metrics, config.VERIFY_WITHIN_SECONDS * 1_000);
  worker.watch('verification', () => watch.health());
  worker.repeat({
    name: 'verified_organizations',
    help: 'Ledgers that were verified, one after the other.',
    round: async () => {
      const { count } = await countOrganizations(queriesOf(pool));
      return watch.passed(count, await watch.timed(() => slices.verifyNext()));
    },
    restMs: () => watch.restMs(),
  });
  return { healthUrl: worker.healthUrl };
}
