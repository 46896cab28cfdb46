import { partitionsHolding } from '@floopy/contracts';
import { instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import type { WaitingRecords } from '@floopy/kafka';
import type { PartitionProgress } from '@floopy/postgres';
import { createLogger, createMetrics } from '@floopy/runtime';
import { LagMonitor, OBSERVATION_HOLDS_MS } from './lag-monitor';

const ACME = organizationIdOf('org_acme');
const PARTITIONS = 24;
const [HOME = 0] = partitionsHolding(ACME, PARTITIONS);
const STOP = new AbortController().signal;

function aMonitor() {
  const state = {
    now: 100_000,
    waiting: new Map<number, WaitingRecords>(),
    nextOffset: 1,
    failure: null as Error | null,
    facts: [] as string[],
  };
  const progress = (): PartitionProgress => ({
    partition: HOME,
    nextOffset: state.nextOffset,
    appliedUntil: null,
    halted: null,
  });
  const log = createLogger({
    app: 'test',
    level: 'info',
    destination: { write: (line) => void state.facts.push((JSON.parse(line) as { msg: string }).msg) },
  });
  const monitor = new LagMonitor(
    {
      readProgress: () => Promise.resolve([progress()]),
      finder: {
        find: () =>
          state.failure === null
            ? Promise.resolve({ partitionCount: PARTITIONS, waiting: state.waiting })
            : Promise.reject(state.failure),
      },
      clock: () => instantOfMilliseconds(state.now),
    },
    { stallMs: 30_000, log, metrics: createMetrics('test') },
  );
  const waits = (partition: number, since: number): void => {
    state.waiting = new Map([[partition, { records: 3, since: instantOfMilliseconds(since) }]]);
  };
  return { state, monitor, waits };
}

describe('LagMonitor', () => {
  it('shows the age of the oldest record of the partitions that hold an organization, growing with the clock', async () => {
    const { state, monitor, waits } = aMonitor();
    waits(HOME, 99_000);
    await monitor.observe(STOP);
    expect(monitor.lagMsFor(ACME)).toBe(1_000);
    state.now += 2_000;
    expect(monitor.lagMsFor(ACME)).toBe(3_000);
  });

  it('shows 0 when nothing waits there, whatever waits elsewhere', async () => {
    const { monitor, waits } = aMonitor();
    const elsewhere = [...Array(PARTITIONS).keys()].find((n) => !partitionsHolding(ACME, PARTITIONS).includes(n)) ?? 0;
    waits(elsewhere, 1);
    await monitor.observe(STOP);
    expect(monitor.lagMsFor(ACME)).toBe(0);
  });

  it('claims no more than it knows: without an observation, records may wait since the last one', async () => {
    const { state, monitor } = aMonitor();
    await monitor.observe(STOP);
    state.failure = new Error('no broker answers');
    state.now += OBSERVATION_HOLDS_MS + 1;
    await monitor.observe(STOP);
    await monitor.observe(STOP);
    expect(monitor.lagMsFor(ACME)).toBe(OBSERVATION_HOLDS_MS + 1);
    expect(monitor.kafkaHealth()).toMatchObject({ status: 'down', details: { reason: 'no broker answers' } });
    state.failure = null;
    await monitor.observe(STOP);
    expect(monitor.lagMsFor(ACME)).toBe(0);
    expect(state.facts).toEqual(['lag_unknown', 'lag_known_again']);
  });

  it('is down when records wait and none is applied for too long, and up again with the next one applied', async () => {
    const { state, monitor, waits } = aMonitor();
    waits(HOME, 99_000);
    await monitor.observe(STOP);
    state.now += 30_001;
    await monitor.observe(STOP);
    expect(monitor.health()).toMatchObject({ status: 'down', details: { recordsWaiting: 3, lagSeconds: 31.001 } });
    state.nextOffset += 1;
    await monitor.observe(STOP);
    expect(monitor.health().status).toBe('up');
  });

  it('does not count the time in which nothing waited', async () => {
    const { state, monitor, waits } = aMonitor();
    await monitor.observe(STOP);
    state.now += 3_600_000;
    await monitor.observe(STOP);
    waits(HOME, state.now);
    state.now += 1_000;
    await monitor.observe(STOP);
    expect(monitor.health()).toMatchObject({ status: 'up', details: { secondsSinceApplied: 1 } });
  });
});
