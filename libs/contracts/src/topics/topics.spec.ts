import { TOPICS } from './topics';

const DAY_MS = 86_400_000;

describe('TOPICS', () => {
  it('declares what producers and consumers rely on', () => {
    const rows = Object.values(TOPICS).map(({ name, partitions, cleanup, retentionMs, timestampType }) => [
      name,
      partitions,
      cleanup,
      retentionMs === null ? null : retentionMs / DAY_MS,
      timestampType,
    ]);
    expect(rows).toEqual([
      ['usage.recorded.v1', 24, 'delete', 14, 'LogAppendTime'],
      ['usage.dead-letter.v1', 6, 'delete', 90, 'CreateTime'],
      ['billing.ledger.v1', 24, 'delete', 30, 'CreateTime'],
      ['billing.balance.v1', 12, 'compact', null, 'CreateTime'],
      ['billing.alerts.v1', 6, 'delete', 7, 'CreateTime'],
    ]);
  });

  it('says the same to the broker', () => {
    for (const { config, cleanup, retentionMs, timestampType } of Object.values(TOPICS)) {
      expect(config['cleanup.policy']).toBe(cleanup);
      expect(config['retention.ms']).toBe(retentionMs === null ? undefined : String(retentionMs));
      expect(config['message.timestamp.type']).toBe(timestampType);
    }
  });
});
