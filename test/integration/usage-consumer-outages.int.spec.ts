import { setTimeout as pause } from 'node:timers/promises';
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { createUsageFixture, type UsageFixture } from '../support/usage-fixture';
import { until } from '../support/until';
import { aPlainUsage, recordOf } from '../support/usage-records';

const PARTITIONS = 4;
const LONGEST_RETRY_MS = 3_000;
const CHARGE_UNITS = 25_142_500_000n;

describe('the usage consumer, when what it needs goes away', () => {
  let fixture: UsageFixture;
  let proxy: PostgresProxy;

  beforeEach(async () => {
    fixture = await createUsageFixture(PARTITIONS);
    proxy = await startPostgresProxy(fixture.database.url);
  });

  afterEach(async () => {
    await proxy.stop();
    await fixture.close();
  });

  function start(settings: Readonly<Record<string, string>> = {}): Promise<RunningConsumer> {
    return startConsumer({ databaseUrl: proxy.url, topic: fixture.topic, settings });
  }

  async function sendEvents(from: number, count: number): Promise<void> {
    const organizations = ['org_acme', 'org_globex', 'org_initech'];
    const records = Array.from({ length: count }, (_, index) => {
      const number = from + index;
      const organization = organizations[number % organizations.length] ?? 'org_acme';
      return recordOf(
        aPlainUsage({ id: `evt_${number}`, body: { organization_id: organization, request_id: `req_${number}` } }),
      );
    });
    await fixture.send(...records);
  }

  async function totalCharged(): Promise<bigint> {
    const { rows } = await fixture.database.pool.query<{ units: string }>(
      'SELECT (-sum(balance) * 10000000000)::numeric(40, 0) AS units FROM organization_head',
    );
    return BigInt(rows[0]?.units ?? '0');
  }

  it('settles every commit whose answer was lost by reading, and charges each event once', async () => {
    proxy.cutAnswersToCommit(2);
    const consumer = await start({ MAX_BATCH_RECORDS: '20' });
    for (let from = 0; from < 600; from += 100) await sendEvents(from, 100);
    const passed = await fixture.untilPassed(600);
    await consumer.stop();
    expect(passed).toMatchObject({ applied: 600, duplicates: 0, parked: 0, skipped: 0 });
    expect(await totalCharged()).toBe(600n * CHARGE_UNITS);
    expect(proxy.cuts()).toBeGreaterThanOrEqual(10);
  });

  it('goes on by itself when Postgres comes back, having said once that it was gone', async () => {
    const consumer = await start();
    await sendEvents(0, 50);
    await fixture.untilPassed(50);
    proxy.setGone(true);
    await sendEvents(50, 50);
    const down = await until(
      async () => (await fetch(`${consumer.healthUrl}/readyz`)).status,
      (status) => status === 503,
    );
    proxy.setGone(false);
    await fixture.untilPassed(100);
    const up = await until(
      async () => (await fetch(`${consumer.healthUrl}/readyz`)).status,
      (status) => status === 200,
    );
    await consumer.stop();
    expect([down, up]).toEqual([503, 200]);
    const complaints = consumer.facts.filter((fact) => fact['msg'] === 'ingest_failing');
    if (new Set(complaints.map((fact) => fact['partition'])).size !== complaints.length)
      throw new Error(consumer.facts.map((f) => JSON.stringify(f).slice(0, 300)).join('\n'));
    expect(await totalCharged()).toBe(100n * CHARGE_UNITS);
  });

  it('says so once also when its group is shared out anew meanwhile', async () => {
    const first = await start();
    await sendEvents(0, 50);
    await fixture.untilPassed(50);
    proxy.setGone(true);
    await sendEvents(50, 50);
    const complaintsOf = ({ facts }: RunningConsumer): unknown[] =>
      facts.filter((fact) => fact['msg'] === 'ingest_failing').map((fact) => fact['partition']);
    const some = (complaints: unknown[]): boolean => complaints.length > 0;
    await until(() => complaintsOf(first), some);
    const others: RunningConsumer[] = [];
    for (let joining = 0; joining < 2; joining += 1) {
      const other = await start();
      others.push(other);
      await until(() => complaintsOf(other), some);
      await pause(2 * LONGEST_RETRY_MS);
    }
    const complaints = complaintsOf(first);
    const recoveries = first.facts.filter((fact) => fact['msg'] === 'ingest_recovered');
    const readiness: unknown = await (await fetch(`${first.healthUrl}/readyz`)).json();
    proxy.setGone(false);
    await fixture.untilPassed(100);
    await Promise.all([first, ...others].map((consumer) => consumer.stop()));
    expect(recoveries).toEqual([]);
    expect(complaints).toEqual([...new Set(complaints)]);
    // What others hold by now is theirs to tell.
    const failing = expect.stringMatching(/^\d(,\d)?$/) as string;
    expect(readiness).toMatchObject({ checks: { ingest: { status: 'down', details: { failing } } } });
    expect(await totalCharged()).toBe(100n * CHARGE_UNITS);
  }, 90_000);

  it('finishes what is in flight when it is told to stop, and a successor goes on behind it', async () => {
    const first = await start({ MAX_BATCH_RECORDS: '10' });
    await sendEvents(0, 1_000);
    await until(
      () => fixture.passed(),
      ({ offsets }) => offsets > 0,
    );
    await first.stop();
    const { offsets } = await fixture.passed();
    expect(first.facts.filter((fact) => fact['level'] === 'error')).toEqual([]);
    const second = await start();
    const passed = await fixture.untilPassed(1_000);
    await second.stop();
    expect(offsets).toBeGreaterThan(0);
    expect(passed).toMatchObject({ applied: 1_000, duplicates: 0 });
    expect(await totalCharged()).toBe(1_000n * CHARGE_UNITS);
  });

  it('shares partitions with a second consumer, and each event is charged once through every rebalance', async () => {
    const first = await start({ MAX_BATCH_RECORDS: '25' });
    await sendEvents(0, 500);
    const second = await start({ MAX_BATCH_RECORDS: '25' });
    await sendEvents(500, 500);
    await until(
      () => second.facts.filter((fact) => fact['msg'] === 'partition_claimed').length,
      (claims) => claims > 0,
    );
    await sendEvents(1_000, 500);
    await first.stop();
    await sendEvents(1_500, 500);
    const passed = await fixture.untilPassed(2_000);
    await second.stop();
    expect(passed).toMatchObject({ applied: 2_000, duplicates: 0, parked: 0 });
    expect(await totalCharged()).toBe(2_000n * CHARGE_UNITS);
  });
});
