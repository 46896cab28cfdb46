import { TopicPartitions } from './topic-partitions';

describe('TopicPartitions', () => {
  it('chooses as the Java client does: murmur2 of the key, its sign bit dropped, modulo the count', () => {
    // From the Java client's own test of murmur2: "21" → -973932308, "foobar" → -790332482.
    const partitions = new TopicPartitions('usage', 24);
    expect(partitions.of(Buffer.from('21'))).toBe((-973_932_308 & 0x7fffffff) % 24);
    expect(partitions.of(Buffer.from('foobar'))).toBe((-790_332_482 & 0x7fffffff) % 24);
  });

  it('answers the same for a key again, also after it has met more keys than it remembers', () => {
    const partitions = new TopicPartitions('usage', 24);
    const first = partitions.of(Buffer.from('org_acme'));
    for (let nth = 0; nth < 20_500; nth += 1) partitions.of(Buffer.from(`org_${nth}`));
    expect(partitions.of(Buffer.from('org_acme'))).toBe(first);
  });

  it('follows a topic that grows, and never one that seems to shrink', () => {
    const partitions = new TopicPartitions('usage', 1);
    const keys = Array.from({ length: 200 }, (_, nth) => Buffer.from(`org_${nth}`));
    expect(new Set(keys.map((key) => partitions.of(key)))).toEqual(new Set([0]));
    partitions.growTo(6);
    partitions.growTo(2);
    expect(new Set(keys.map((key) => partitions.of(key)))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});
