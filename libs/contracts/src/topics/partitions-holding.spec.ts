import * as fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { crc32, murmur2, partitionsHolding } from './partitions-holding';
import { TOPICS } from './topics';

const partitionOf = Partitioners.DefaultPartitioner();

function chosenByKafkajs(key: Buffer, partitionCount: number): number {
  const partitionMetadata = Array.from({ length: partitionCount }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));
  return partitionOf({ topic: 'any', partitionMetadata, message: { key, value: null } });
}

describe('partitionsHolding', () => {
  it('holds the partition that the default partitioner of the Kafka client chooses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 200 }), (key, partitionCount) => {
        expect(partitionsHolding(key, partitionCount)).toContain(chosenByKafkajs(Buffer.from(key), partitionCount));
      }),
    );
  });

  it('names one or two partitions, each of which exists, in ascending order', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 200 }), (key, partitionCount) => {
        const partitions = partitionsHolding(key, partitionCount);
        expect([...new Set(partitions)].sort((left, right) => left - right)).toEqual(partitions);
        expect(partitions.every((partition) => partition >= 0 && partition < partitionCount)).toBe(true);
        expect([1, 2]).toContain(partitions.length);
      }),
    );
  });

  it('names every partition once where there is only one', () => {
    expect(partitionsHolding('org_acme', 1)).toEqual([0]);
    expect(partitionsHolding('org_acme', TOPICS.usageRecorded.partitions)).toHaveLength(2);
  });
});

describe('murmur2', () => {
  // The vectors of Kafka's own UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s is what the Java client computes', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });
});

describe('crc32', () => {
  it.each([
    ['', 0],
    ['a', 0xe8b7be43],
    ['abc', 0x352441c2],
    ['123456789', 0xcbf43926],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of %p is its published check value', (text, check) => {
    expect(crc32(Buffer.from(text))).toBe(check);
  });
});
