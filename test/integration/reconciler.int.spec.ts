import { ConfigResourceTypes } from 'kafkajs';
import { startTestReconciler, type RunningReconciler } from '../support/running-reconciler';
import { startConsumer } from '../support/running-consumer';
import { createUsageFixture, type UsageFixture } from '../support/usage-fixture';
import { aPlainUsage, recordOf } from '../support/usage-records';
import { until } from '../support/until';

interface Readiness {
  readonly status: string;
  readonly checks: Record<string, { readonly status: string; readonly details: Record<string, unknown> }>;
}

describe('the reconciler', () => {
  const EVENTS = 3;
  let fixture: UsageFixture;
  let reconciler: RunningReconciler;

  beforeAll(async () => {
    fixture = await createUsageFixture(2);
    const consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
    await fixture.send(...Array.from({ length: EVENTS }, (_, index) => recordOf(aPlainUsage({ id: `evt_${index}` }))));
    await fixture.untilPassed(EVENTS);
    await consumer.stop();
    reconciler = await startTestReconciler(fixture.database.url, fixture.topic);
  }, 60_000);

  afterAll(async () => {
    await reconciler.stop();
    await fixture.close();
  });

  async function readiness(): Promise<Readiness> {
    return (await (await fetch(`${reconciler.healthUrl}/readyz`)).json()) as Readiness;
  }

  /** Waits until it has looked again, and found what is expected. */
  function untilFound(check: 'standing' | 'verification', details: Readonly<Record<string, unknown>>) {
    const isThere = ({ checks }: Readiness): boolean => {
      const found = checks[check]?.details ?? {};
      return Object.entries(details).every(([name, value]) => found[name] === value);
    };
    return until(readiness, isThere, 30_000);
  }

  async function tamper(sql: string): Promise<void> {
    await fixture.database.pool.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
  }

  it('finds everything in order, and says what waits', async () => {
    const { checks } = await untilFound('standing', { mismatches: 0, outbox_entries: EVENTS, unread_records: 0 });
    expect(checks['standing']?.status).toBe('up');
    expect(checks['verification']).toMatchObject({ status: 'up', details: { unsound_organizations: 0 } });
    const metrics = await (await fetch(`${reconciler.healthUrl}/metrics`)).text();
    expect(metrics).toMatch(/floopy_reconciler_checks_total\{.*\} [1-9]/);
    expect(metrics).toMatch(/floopy_outbox_age_seconds\{.*\} 0?\.?\d/);
  });

  it('names a partition whose columns do not hold what its rows do, until they do again', async () => {
    await tamper('UPDATE ingest_partition SET applied = applied - 1, parked = parked + 1 WHERE applied > 0');
    const { status, checks } = await untilFound('standing', { mismatches: 1 });
    expect(status).toBe('degraded');
    expect(checks['standing']?.details['first_mismatch']).toContain(`partition_parked ${fixture.topic}`);
    expect(reconciler.facts).toContainEqual(
      expect.objectContaining({ msg: 'reconciliation_mismatch', kind: 'partition_parked' }),
    );
    await tamper('UPDATE ingest_partition SET applied = applied + 1, parked = parked - 1 WHERE parked > 0');
    await untilFound('standing', { mismatches: 0 });
  });

  it('names a guard of the database that is switched off', async () => {
    await fixture.database.pool.query('ALTER TABLE ledger_event DISABLE TRIGGER append_only_rows');
    const { checks } = await untilFound('standing', { mismatches: 1 });
    expect(checks['standing']?.details['first_mismatch']).toContain('append_only');
    await fixture.database.pool.query('ALTER TABLE ledger_event ENABLE TRIGGER append_only_rows');
    await untilFound('standing', { mismatches: 0 });
  });

  it('raises the alarm when the oldest unread record has used up half of its time in the topic', async () => {
    await fixture.send(recordOf(aPlainUsage({ id: 'evt_unread' })));
    await untilFound('standing', { unread_records: 1 });
    expect(reconciler.facts.map(({ msg }) => msg)).not.toContain('unread_records_at_risk');
    await fixture.admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: fixture.topic,
          configEntries: [{ name: 'retention.ms', value: '2000' }],
        },
      ],
    });
    await until(
      () => reconciler.facts,
      (facts) => facts.some(({ msg }) => msg === 'unread_records_at_risk'),
      30_000,
    );
    expect((await readiness()).status).toBe('degraded');
  });

  it('verifies ledgers through the day, and names the one that is unsound', async () => {
    await tamper('UPDATE ledger_event SET amount = amount - 1 WHERE request_id IS NOT NULL AND sequence = 2');
    const second = await startTestReconciler(fixture.database.url, fixture.topic);
    try {
      await until(
        () => second.facts,
        (facts) => facts.some(({ msg, organizationId }) => msg === 'ledger_mismatch' && organizationId === 'org_acme'),
        30_000,
      );
      const metrics = await (await fetch(`${second.healthUrl}/metrics`)).text();
      expect(metrics).toMatch(/floopy_ledger_mismatches\{.*\} [1-9]/);
    } finally {
      await second.stop();
    }
  }, 60_000);
});
