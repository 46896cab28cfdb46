import { verifyLedger } from '@floopy/application';
import { inLedgerSnapshot } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { setTimeout as pause } from 'node:timers/promises';
import { produceWithJava } from '../support/java-producer';
import { apiCaller, createTestApiKey, startTestApi } from '../support/running-api';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { createUsageFixture, recreateTopic, type UsageFixture } from '../support/usage-fixture';
import { until } from '../support/until';
import { aPlainUsage, recordOf } from '../support/usage-records';

/** Long enough for a consumer that wrongly halts, or wrongly claims again and again, to say so. */
const SETTLED_MS = 2_000;

describe('the usage consumer, where the last that a partition holds is no record', () => {
  let fixture: UsageFixture;

  beforeEach(async () => {
    fixture = await createUsageFixture(2);
  });

  afterEach(() => fixture.close());

  function start(): Promise<RunningConsumer> {
    return startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
  }

  function transact(mode: 'commit' | 'abort', count: number): Promise<void> {
    const { body } = aPlainUsage({ body: { request_id: `${mode}-%d` } });
    return produceWithJava(fixture.topic, mode, count, body);
  }

  function send(id: string): Promise<void> {
    return fixture.send({ ...recordOf(aPlainUsage({ id, body: { request_id: id } })), partition: 0 });
  }

  /** What is logged of a partition's claims, faults and halts, in order. */
  function turnsOf({ facts }: RunningConsumer): unknown[] {
    return facts.filter((fact) => fact['partition'] === 0).map((fact) => fact['msg']);
  }

  async function verification(): Promise<unknown> {
    const { ok, mismatches } = await inLedgerSnapshot(fixture.database.pool, (snapshot) =>
      verifyLedger({ snapshot, sha256, onProgress: () => undefined }),
    );
    return { ok, mismatches };
  }

  it('passes the marker of a commit and an aborted transaction, so that nothing seems to wait', async () => {
    const { secret } = await createTestApiKey(fixture.database.pool, null);
    const api = await startTestApi({ databaseUrl: fixture.database.url, topic: fixture.topic });
    const lag = async (): Promise<number> => {
      const { body } = await apiCaller(api.url, secret)('org_acme/balance');
      return body.watermark.lag_seconds as number;
    };
    const consumer = await start();
    await transact('commit', 3);
    expect(await fixture.untilPassed(4)).toMatchObject({ applied: 3, skipped: 1 });
    await transact('abort', 5);
    expect(await fixture.untilPassed(10)).toMatchObject({ applied: 3, duplicates: 0, parked: 0, skipped: 7 });
    const logEnds = await fixture.admin.fetchTopicOffsets(fixture.topic);
    await until(lag, (seconds) => seconds === 0);
    await pause(SETTLED_MS);
    const later = await lag();
    await Promise.all([consumer.stop(), api.stop()]);
    expect(logEnds.find(({ partition }) => partition === 0)?.high).toBe('10');
    expect(later).toBe(0);
    expect(turnsOf(consumer)).toEqual(['partition_claimed']);
    expect(await verification()).toEqual({ ok: true, mismatches: [] });
  });

  it('recognises the partition by its last record after a restart, and goes on', async () => {
    await send('first');
    await transact('commit', 2);
    await transact('abort', 4);
    const first = await start();
    await fixture.untilPassed(9);
    await first.stop();

    const second = await start();
    await pause(SETTLED_MS);
    await send('after');
    const passed = await fixture.untilPassed(10);
    await second.stop();
    expect(passed).toMatchObject({ applied: 4, duplicates: 0, parked: 0, skipped: 6 });
    expect(turnsOf(second)).toEqual(['partition_claimed']);
    expect(await verification()).toEqual({ ok: true, mismatches: [] });
  });

  it('passes what holds no record and was written while nobody read', async () => {
    await send('first');
    const first = await start();
    await fixture.untilPassed(1);
    await first.stop();
    await transact('abort', 4);
    const second = await start();
    const passed = await fixture.untilPassed(6);
    await second.stop();
    expect(passed).toMatchObject({ applied: 1, skipped: 5 });
    expect(turnsOf(second)).toEqual(['partition_claimed']);
  });

  it.each([
    ['records', () => Promise.all(Array.from({ length: 9 }, (_, number) => send(`other-${number}`)))],
    ['another transaction that was aborted', () => transact('abort', 9)],
  ])('halts when the topic was made anew and holds %s', async (_, fill) => {
    await transact('commit', 2);
    await transact('abort', 2);
    const first = await start();
    await fixture.untilPassed(6);
    await first.stop();
    await recreateTopic(fixture);
    await fill();

    const second = await start();
    const halt = await until(
      () => second.facts.find((fact) => fact['msg'] === 'partition_halted') ?? {},
      (fact) => 'reason' in fact,
    );
    const passed = await fixture.passed();
    await second.stop();
    expect(halt).toMatchObject({ partition: 0, reason: expect.stringContaining('the topic was made anew') });
    expect(passed).toMatchObject({ applied: 2, skipped: 4 });
  });
});
