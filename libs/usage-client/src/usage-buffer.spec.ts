import type { EncodedRecord } from '@floopy/contracts';
import { type BufferedUsage, takeExpired, UsageBuffer } from './usage-buffer';

const RECORD: EncodedRecord = {
  key: Buffer.from('org_acme'),
  value: Buffer.from('{"organization_id":"org_acme"}'),
  headers: { ce_id: 'evt_1', ce_time: '2026-11-01T10:00:00.000Z' },
};

function added(buffer: UsageBuffer): BufferedUsage {
  const event = buffer.add('evt_1', RECORD);
  if (event === null) throw new Error('there is room');
  return event;
}

describe('UsageBuffer', () => {
  it('has room again for as much as was settled, in events and in bytes', () => {
    const byCount = new UsageBuffer(2, 1_000_000);
    const [first] = [added(byCount), added(byCount)];
    expect(byCount.add('evt_2', RECORD)).toBeNull();
    byCount.settle(first, { type: 'delivered', id: 'evt_1', partition: 0, offset: 0n });
    expect(byCount.add('evt_2', RECORD)).not.toBeNull();

    const byBytes = new UsageBuffer(1_000, added(new UsageBuffer(1, 1_000)).bytes);
    const only = added(byBytes);
    expect(byBytes.add('evt_2', RECORD)).toBeNull();
    byBytes.fail(only, 'timed_out', 'no broker');
    expect(byBytes.add('evt_2', RECORD)).not.toBeNull();
  });

  it('settles a usage once: what is told first stands', async () => {
    const buffer = new UsageBuffer(1, 1_000);
    const event = added(buffer);
    buffer.fail(event, 'closed', 'the client was closed');
    buffer.settle(event, { type: 'delivered', id: 'evt_1', partition: 0, offset: 7n });
    expect(await event.delivered).toMatchObject({ type: 'failed', reason: 'closed', retriable: true });
    expect(buffer.pending()).toEqual([]);
  });

  it('hands a failed usage back as it was accepted, and says that a refused one is not worth a retry', async () => {
    const event = added(new UsageBuffer(1, 1_000));
    const buffer = new UsageBuffer(1, 1_000);
    const refused = added(buffer);
    buffer.fail(refused, 'refused', 'no right to write');
    expect(await refused.delivered).toEqual({
      type: 'failed',
      id: event.id,
      reason: 'refused',
      retriable: false,
      detail: 'no right to write',
      usage: { organization_id: 'org_acme' },
      attributes: { id: 'evt_1', time: new Date('2026-11-01T10:00:00.000Z') },
    });
  });
});

describe('takeExpired', () => {
  it('takes from the front what was accepted longer ago than the timeout', () => {
    const event = added(new UsageBuffer(1, 1_000));
    const now = performance.now();
    const queue = [5_000, 1_001, 500, 0].map((ageMs) => ({ ...event, acceptedAtMs: now - ageMs }));
    expect(takeExpired(queue, 1_000)).toHaveLength(2);
    expect(queue).toHaveLength(2);
    expect(takeExpired(queue, 1_000)).toEqual([]);
  });
});
