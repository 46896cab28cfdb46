import { operate, type Operated } from '../../apps/operator/test/operate';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { testServers } from '../support/servers';
import { until } from '../support/until';
import { createUsageFixture, recreateTopic, type UsageFixture } from '../support/usage-fixture';
import { aPlainUsage, recordOf } from '../support/usage-records';

describe('a partition that is halted', () => {
  let fixture: UsageFixture;
  let consumer: RunningConsumer;

  beforeEach(async () => {
    fixture = await createUsageFixture(2);
    consumer = await start();
    await fixture.send(...events('read', 4, 0), ...events('other', 1, 1));
    await fixture.untilPassed(5);
    await consumer.stop();
  });

  afterEach(async () => {
    await consumer.stop();
    await fixture.close();
  });

  const start = (): Promise<RunningConsumer> =>
    startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });

  function events(prefix: string, count: number, partition: number): ReturnType<typeof recordOf>[] {
    return Array.from({ length: count }, (_, number) => ({
      ...recordOf(aPlainUsage({ id: `${prefix}_${number}`, body: { request_id: `${prefix}_${number}` } })),
      partition,
    }));
  }

  function operator(...args: string[]): Promise<Operated> {
    return operate([...args, '--json'], {
      DATABASE_URL: fixture.database.url,
      KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
      USAGE_TOPIC: fixture.topic,
    });
  }

  const resume = (...args: string[]): Promise<Operated> =>
    operator('partitions', 'resume', '0', ...args, '--as', 'ada', '--reason', 'decided');

  async function untilHalted(): Promise<void> {
    await until(
      async () => ((await operator('partitions', 'list')).json['partitions'] as { halted: string | null }[])[0]?.halted,
      (halted) => typeof halted === 'string',
    );
  }

  async function ledgerIsSound(): Promise<boolean> {
    const { json } = await operator('verify', '--without-kafka');
    return json['ok'] === true;
  }

  it('is read on behind what is gone, by the consumer that runs, once somebody says how much that is', async () => {
    await fixture.send(...events('gone', 4, 0));
    await fixture.admin.fetchTopicMetadata({ topics: [fixture.topic] });
    await fixture.admin.deleteTopicRecords({ topic: fixture.topic, partitions: [{ partition: 0, offset: '6' }] });
    consumer = await start();
    await untilHalted();
    const { exitCode, error } = await resume();
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: expect.stringContaining('say --gone 2') });

    expect((await resume('--gone', '2', '--dry-run')).json).toMatchObject({
      state: 'would_be_resumed',
      at: 6,
      gone: 2,
    });
    expect((await resume('--gone', '2')).json).toMatchObject({ state: 'resumed', at: 6, gone: 2 });
    await fixture.send(...events('gone', 4, 0));
    expect(await fixture.untilPassed(11)).toMatchObject({ applied: 9, duplicates: 2, parked: 0 });
    expect((await operator('partitions', 'list')).json['partitions']).toMatchObject([
      { partition: 0, incarnation: 1, first_offset: 0, next_offset: 4, halted: expect.stringContaining('are gone') },
      { partition: 0, incarnation: 2, first_offset: 6, next_offset: 12, log_start: 6, log_end: 12, halted: null },
      { partition: 1, incarnation: 1, next_offset: 1, halted: null },
    ]);
    expect(await ledgerIsSound()).toBe(true);
  });

  it('is read from the beginning of another log, and what was applied is recognised', async () => {
    await recreateTopic(fixture);
    await fixture.send(...events('read', 4, 0), ...events('new', 3, 0), ...events('other', 1, 1));
    consumer = await start();
    await untilHalted();
    expect((await resume('--anew')).json).toMatchObject({ state: 'resumed', at: 0, gone: 0 });
    const passed = await until(
      () => fixture.passed(),
      ({ applied }) => applied === 8,
    );
    expect(passed).toMatchObject({ duplicates: 4, parked: 0 });
    expect(await ledgerIsSound()).toBe(true);
  });

  it('goes on where it was when its log is the right one, and what was decided stands in the audit', async () => {
    await fixture.database.pool.query('UPDATE ingest_partition SET halted = $1 WHERE partition = 0', ['looked wrong']);
    consumer = await start();
    await fixture.send(...events('after', 2, 0));
    const { exitCode, error } = await resume('--gone', '2');
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: expect.stringContaining('Nothing is gone') });
    expect((await resume()).json).toMatchObject({ state: 'resumed', at: 4, was_halted: 'looked wrong' });
    expect(await fixture.untilPassed(7)).toMatchObject({ applied: 7, duplicates: 0 });
    expect((await resume()).error).toContain('is not halted');
    const { json } = await operator('audit', '--command', 'partitions');
    const resumed = { actor: 'ada', command: 'partitions resume', outcome: 'done' };
    expect(json).toMatchObject({ acts: expect.arrayContaining([expect.objectContaining(resumed)]) });
  });
});
