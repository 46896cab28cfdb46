import { produceWithJava } from '../../../../test/support/java-producer';
import { type RunningConsumer, startConsumer } from '../../../../test/support/running-consumer';
import { testServers } from '../../../../test/support/servers';
import { createUsageFixture, type UsageFixture } from '../../../../test/support/usage-fixture';
import { aPlainUsage, aPlainVoid, recordOf } from '../../../../test/support/usage-records';
import { operate, type Operated } from '../../test/operate';

describe('replay prove', () => {
  let fixture: UsageFixture;
  let consumer: RunningConsumer;

  beforeAll(async () => {
    fixture = await createUsageFixture(2);
    await fixture.send(
      ...events('first', 40, 0),
      ...events('first', 5, 0),
      ...events('nobody', 2, 0, { organization_id: 'org_nobody' }),
      ...events('unpriced', 2, 1, { model: 'gpt-9' }),
      { key: 'org_acme', value: 'not JSON', partition: 1 },
      // The first takes a charge back, the second finds nothing to take back, the third nothing to name.
      ...[aPlainVoid('first_1'), aPlainVoid('first_1', { id: 'again' }), aPlainVoid('never_sent')].map((voided) => ({
        ...recordOf(voided),
        partition: 0,
      })),
    );
    const { body } = aPlainUsage({ body: { request_id: 'aborted-%d' } });
    await produceWithJava(fixture.topic, 'abort', 5, body);
    await fixture.send(...events('second', 30, 1, { organization_id: 'org_globex', user_id: 'usr_1' }));
    consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
    await fixture.untilPassed(89);
  }, 60_000);

  afterAll(async () => {
    await consumer.stop();
    await fixture.close();
  });

  function events(prefix: string, count: number, partition: number, body: Record<string, unknown> = {}) {
    return Array.from({ length: count }, (_, number) => ({
      ...recordOf(aPlainUsage({ id: `${prefix}_${number}`, body: { request_id: `${prefix}_${number}`, ...body } })),
      partition,
    }));
  }

  function prove(...args: string[]): Promise<Operated> {
    return operate(['replay', 'prove', '--topic', fixture.topic, ...args], {
      DATABASE_URL: fixture.database.url,
      KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
    });
  }

  it('reads a whole topic again beside its consumer, and finds the ledger equal to it', async () => {
    const { exitCode, error, json } = await prove('--from', 'earliest', '--json');
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    expect(json).toMatchObject({
      ok: true,
      checked: { records: 83, entries: 71, parked: 6 },
      gone: [],
      differences: [],
    });
    const partitions = json['partitions'] as Record<string, unknown>[];
    expect(partitions.map(({ partition, whole }) => [partition, whole])).toEqual([
      [0, true],
      [1, true],
    ]);
    const skipped = partitions.reduce((sum, partition) => sum + Number(partition['skipped']), 0);
    expect(skipped).toBe(6);
  });

  it('names a planted difference with its entry and its offset, and exits 1', async () => {
    const change = (cents: string) =>
      fixture.database.pool.query(`
        SET session_replication_role = replica;
        UPDATE ledger_event SET amount = amount + ${cents} WHERE cause_id = 'first_3';
        RESET session_replication_role`);
    await change('-1');
    try {
      const { exitCode, out } = await prove('--from', '0', '--partition', '0');
      expect(exitCode).toBe(1);
      expect(out).toMatch(/NOT EQUAL, 1 differences/);
      expect(out).toMatch(/amount +org_acme +4 +0 +3 +-2\.5142500000 +-3\.5142500000/);
    } finally {
      await change('1');
    }
  });

  it('keeps to the offsets and times that are asked for', async () => {
    const part = await prove('--from', '10', '--to', '20', '--partition', '0', '--json');
    expect(part.json).toMatchObject({ ok: true, checked: { records: 10, entries: 10 }, not_passed_yet: [] });
    const later = await prove('--from', '2100-01-01T00:00:00Z', '--json');
    expect(later.json).toMatchObject({ ok: true, checked: { records: 0 } });
  });

  it.each([
    ['a place that is none', ['--from', 'yesterday'], /must be "earliest", an offset, or an RFC 3339 time/],
    [
      'a partition that is not there',
      ['--from', 'earliest', '--partition', '7'],
      /has no partition 7: it has 2, from 0/,
    ],
  ])('says what is wrong about %s', async (_, args, message) => {
    const { exitCode, error } = await prove(...args);
    expect(exitCode).toBe(2);
    expect(error).toMatch(message);
  });

  it('says exactly which offsets a truncated log has lost, and proves the rest while usage goes on', async () => {
    await fixture.admin.fetchTopicMetadata({ topics: [fixture.topic] });
    await fixture.admin.deleteTopicRecords({ topic: fixture.topic, partitions: [{ partition: 0, offset: '12' }] });
    await fixture.send(...events('third', 25, 0));
    const { exitCode, json } = await prove('--from', 'earliest', '--json');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ ok: true, gone: [{ partition: 0, from: 0, to: 12 }], differences: [] });
    const { out } = await prove('--from', '5', '--partition', '0');
    expect(out).toContain('partition 0: offsets 5 to 11 are gone from the log');
  });
});
