import { setTimeout as pause } from 'node:timers/promises';
import { type RunningConsumer, startConsumer } from '../../../../test/support/running-consumer';
import { testServers } from '../../../../test/support/servers';
import { until } from '../../../../test/support/until';
import { createUsageFixture, type UsageFixture } from '../../../../test/support/usage-fixture';
import { aPlainUsage, recordOf } from '../../../../test/support/usage-records';
import { operate, type Operated } from '../../test/operate';

const CONSUMERS_HEAL_WITHIN_MS = 10_000;

describe('a replay of the log', () => {
  let fixture: UsageFixture;
  let consumer: RunningConsumer;
  let sent = 0;

  beforeAll(async () => {
    fixture = await createUsageFixture(2);
    consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
    await send(...events('first', 60, 0), ...events('first', 6, 0), ...events('other', 40, 1));
    await send(...events('nobody', 5, 0, 'org_nobody'), ...events('later', 3, 1, 'org_later'));
    await fixture.untilPassed(sent);
  }, 60_000);

  afterAll(async () => {
    await consumer.stop();
    await fixture.close();
  });

  function events(prefix: string, count: number, partition: number, organizationId = 'org_acme') {
    return Array.from({ length: count }, (_, number) => ({
      ...recordOf(
        aPlainUsage({
          id: `${prefix}_${number}`,
          body: { request_id: `${prefix}_${number}`, organization_id: organizationId },
        }),
      ),
      partition,
    }));
  }

  async function send(...messages: ReturnType<typeof events>): Promise<void> {
    await fixture.send(...messages);
    sent += messages.length;
  }

  function replay(...args: string[]): Promise<Operated> {
    return operate(['replay', ...args], {
      DATABASE_URL: fixture.database.url,
      KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
      FLOOPY_OPERATOR: 'ada',
    });
  }

  async function json(...args: string[]): Promise<Record<string, unknown>> {
    const { exitCode, json: answer, error } = await replay(...args, '--json');
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    return answer;
  }

  const planned = (...args: string[]) => json('plan', '--topic', fixture.topic, '--from', ...args);

  async function expectProven(): Promise<void> {
    expect(await json('prove', '--topic', fixture.topic, '--from', 'earliest')).toMatchObject({ ok: true });
    const verified = await operate(['verify', '--json'], { DATABASE_URL: fixture.database.url });
    expect(verified.json).toMatchObject({ ok: true, mismatches: [] });
  }

  async function entries(): Promise<number> {
    const { rows } = await fixture.database.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM ledger_event',
    );
    return rows[0]?.count ?? -1;
  }

  function fences(): number {
    return consumer.facts.filter((fact) => fact['msg'] === 'partition_claimed').length;
  }

  it('of everything, while traffic runs, applies nothing that was applied, and its consumer goes on', async () => {
    const plan = await planned('earliest');
    expect(plan).toMatchObject({
      plan: 1,
      would_be: { applied: 0, duplicate: 106, parked: 8, discarded: 0, unaccounted: 0 },
      gone: [],
    });
    const claimedBefore = fences();
    const traffic = sendSlowly();
    expect(await json('apply', '1')).toMatchObject({ state: 'applied', applied: 0, duplicates: 0, parked: 8 });
    const liveEvents = await traffic;
    await send(...events('after', 4, 0), ...events('after', 4, 1));
    await until(fences, (claims) => claims >= claimedBefore + 2, CONSUMERS_HEAL_WITHIN_MS);
    await fixture.untilPassed(sent);
    expect(await entries()).toBe(100 + liveEvents + 4);
    await expectProven();
  });

  /** @returns how many were distinct */
  async function sendSlowly(): Promise<number> {
    for (let round = 0; round < 10; round += 1) {
      await send(...events(`live_${round}`, 5, round % 2));
      await pause(20);
    }
    return 50;
  }

  it('applies what was parked for an organization that is created since, once', async () => {
    expect((await planned('0', '--partition', '0'))['would_be']).toMatchObject({ applied: 0, parked: 5 });
    await operate(['organizations', 'create', 'org_nobody'], { DATABASE_URL: fixture.database.url });
    const before = await entries();
    const plan = await planned('earliest');
    expect(plan['would_be']).toMatchObject({ applied: 5, parked: 3 });
    expect(plan['by_organization']).toContainEqual({
      organization_id: 'org_nobody',
      outcome: 'applied',
      reason: null,
      records: 5,
      amount: '-12.5712500000',
    });
    expect(await entries()).toBe(before);
    expect(await json('apply', String(plan['plan']))).toMatchObject({ state: 'applied', applied: 5, parked: 3 });
    expect(await replay('apply', String(plan['plan']))).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('It had ended before: nothing was done.'),
    });
    expect(await json('apply', '1')).toMatchObject({ state: 'applied', applied: 0 });
    expect([await entries(), await fixture.balanceOf('org_nobody')]).toEqual([before + 5, '-12.5712500000']);
    await expectProven();
  });

  it('leaves to the consumer what was not passed yet, and does nothing that was cancelled', async () => {
    await consumer.stop();
    await send(...events('ahead', 7, 1));
    const ofLetters = await json('plan', '--from', 'dead-letters', '--organization', 'org_later');
    await operate(['organizations', 'create', 'org_later'], { DATABASE_URL: fixture.database.url });
    const plan = await planned('earliest', '--partition', '1');
    expect(plan).toMatchObject({ would_be: { applied: 3 }, not_passed_yet: [{ partition: 1 }] });
    for (const { plan: number } of [ofLetters, plan]) {
      expect(await json('cancel', String(number))).toMatchObject({ state: 'cancelled', applied: 0 });
      expect((await replay('apply', String(number))).exitCode).toBe(1);
    }
    expect(await fixture.balanceOf('org_later')).toBe('0.0000000000');
    consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
    await fixture.untilPassed(sent);
    await expectProven();
  });

  it('says exactly which offsets a truncated log has lost, and applies the dead letters of those that are left', async () => {
    await fixture.admin.fetchTopicMetadata({ topics: [fixture.topic] });
    await fixture.admin.deleteTopicRecords({ topic: fixture.topic, partitions: [{ partition: 1, offset: '41' }] });
    const { out } = await replay(
      'plan',
      '--topic',
      fixture.topic,
      '--from',
      'earliest',
      '--partition',
      '1',
      '--dry-run',
    );
    expect(out).toContain('partition 1: offsets 0 to 40 are gone from the log');
    const plan = await planned('earliest');
    expect(plan).toMatchObject({ gone: [{ partition: 1, from: 0, to: 41 }], would_be: { applied: 2 } });
    expect(await json('apply', String(plan['plan']))).toMatchObject({ applied: 2 });
    expect(await json('status')).toMatchObject({
      plans: [{ plan: plan['plan'], state: 'applied', applied: 2 }, {}, {}, {}, {}, {}],
    });
    await expectProven();
  });

  it('of dead letters applies those of a selection', async () => {
    const plan = await json('plan', '--from', 'dead-letters', '--reason', 'unknown_organization');
    expect(plan).toMatchObject({ records: 1, would_be: { applied: 1 } });
    expect(await json('apply', String(plan['plan']))).toMatchObject({ state: 'applied', applied: 1 });
    expect(await fixture.balanceOf('org_later')).toBe('-7.5427500000');
    await expectProven();
  });

  it('names a record that is neither on the ledger nor parked, and applies nothing of it', async () => {
    const run = (text: string) =>
      fixture.database.pool.query(`SET session_replication_role = replica; ${text}; RESET session_replication_role`);
    const lost = "cause_id = 'first_3'";
    await run(`CREATE TABLE kept AS SELECT * FROM ledger_event WHERE ${lost}; DELETE FROM ledger_event WHERE ${lost}`);
    try {
      const { exitCode, out } = await replay('plan', '--topic', fixture.topic, '--from', '0', '--partition', '0');
      expect(exitCode).toBe(1);
      expect(out).toMatch(/org_acme +unaccounted +1/);
      expect(out).toContain('"replay prove" names each');
    } finally {
      await run('INSERT INTO ledger_event SELECT * FROM kept; DROP TABLE kept');
    }
    await expectProven();
  });
});
