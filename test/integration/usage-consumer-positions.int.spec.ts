import { until } from '../support/until';
import { produceWithJava } from '../support/java-producer';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { createUsageFixture, recreateTopic, type UsageFixture } from '../support/usage-fixture';
import { aPlainUsage, recordOf } from '../support/usage-records';

const HALTS_WITHIN_MS = 10_000;

describe('the usage consumer, and what lies in its partitions', () => {
  let fixture: UsageFixture;

  beforeEach(async () => {
    fixture = await createUsageFixture(2);
  });

  afterEach(() => fixture.close());

  function start(): Promise<RunningConsumer> {
    return startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
  }

  function events(prefix: string, count: number, partition: number): ReturnType<typeof recordOf>[] {
    return Array.from({ length: count }, (_, number) => ({
      ...recordOf(aPlainUsage({ id: `${prefix}_${number}`, body: { request_id: `${prefix}_${number}` } })),
      partition,
    }));
  }

  function untilHalted(consumer: RunningConsumer): Promise<Readonly<Record<string, unknown>>> {
    return until(
      () => consumer.facts.find((fact) => fact['msg'] === 'partition_halted') ?? {},
      (fact) => 'reason' in fact,
      HALTS_WITHIN_MS,
    );
  }

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('reads batches that are compressed with %s', async (codec) => {
    const { body } = aPlainUsage({ body: { request_id: `${codec}-%d` } });
    await produceWithJava(fixture.topic, codec, 200, body);
    const consumer = await start();
    const passed = await fixture.untilPassed(200);
    await consumer.stop();
    expect(passed).toMatchObject({ applied: 200, parked: 0, skipped: 0 });
  });

  it('passes over an aborted transaction and its marker, and counts them as skipped', async () => {
    const { body } = aPlainUsage({ body: { request_id: 'aborted-%d' } });
    await fixture.send(...events('before', 3, 0));
    await produceWithJava(fixture.topic, 'abort', 5, body);
    await fixture.send(...events('after', 3, 0));
    const consumer = await start();
    const passed = await fixture.untilPassed(12);
    await consumer.stop();
    expect(passed).toMatchObject({ applied: 6, duplicates: 0, parked: 0, skipped: 6 });
  });

  it('halts a partition whose unread records are gone, loudly, and goes on with the others', async () => {
    const first = await start();
    await fixture.send(...events('read', 4, 0), ...events('other', 4, 1));
    await fixture.untilPassed(8);
    await first.stop();
    await fixture.send(...events('lost', 4, 0));
    // The client asks for the leader of a partition only when it has been told of the topic.
    await fixture.admin.fetchTopicMetadata({ topics: [fixture.topic] });
    await fixture.admin.deleteTopicRecords({ topic: fixture.topic, partitions: [{ partition: 0, offset: '6' }] });

    const second = await start();
    const halt = await untilHalted(second);
    await fixture.send(...events('more', 2, 1), ...events('unread', 2, 0));
    const passed = await fixture.untilPassed(10);
    const readiness = await (await fetch(`${second.healthUrl}/readyz`)).json();
    await second.stop();
    expect(halt).toMatchObject({ partition: 0, reason: expect.stringContaining('offsets 4 to 5 are gone') });
    expect(passed).toMatchObject({ applied: 10, skipped: 0 });
    expect(readiness).toMatchObject({ status: 'degraded', checks: { ingest: { details: { halted: '0' } } } });
  });

  it.each([
    ['shorter', 2],
    ['longer', 9],
  ])('halts when the topic was made anew and is %s than what was read', async (_, recordsOfNewTopic) => {
    const first = await start();
    await fixture.send(...events('old', 5, 0));
    await fixture.untilPassed(5);
    await first.stop();
    await recreateTopic(fixture);
    await fixture.send(...events('new', recordsOfNewTopic, 0));

    const second = await start();
    const halt = await untilHalted(second);
    const passed = await fixture.passed();
    await second.stop();
    expect(halt).toMatchObject({ partition: 0, reason: expect.stringContaining('made anew') });
    expect(passed).toMatchObject({ applied: 5 });
  });

  it('halts within ten seconds also while it is reading', async () => {
    const consumer = await start();
    await fixture.send(...events('old', 5, 0));
    await fixture.untilPassed(5);
    await recreateTopic(fixture);
    const halt = await untilHalted(consumer);
    await consumer.stop();
    expect(halt).toMatchObject({ partition: 0 });
  });
});
