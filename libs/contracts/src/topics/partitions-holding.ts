/**
 * The partitions in which records of one organization may lie, ascending: usually one or two. Producers hash a key in
 * two ways, murmur2 (Java, kafkajs) and CRC-32 (librdkafka: C, Go, Python, .NET), and nobody makes them agree.
 * A producer that chooses partitions by a rule of its own is not found by this.
 */
export function partitionsHolding(organizationId: string, partitionCount: number): readonly number[] {
  const key = Buffer.from(organizationId);
  const byMurmur2 = (murmur2(key) & 0x7fffffff) % partitionCount;
  const byCrc32 = crc32(key) % partitionCount;
  if (byMurmur2 === byCrc32) return [byMurmur2];
  return byMurmur2 < byCrc32 ? [byMurmur2, byCrc32] : [byCrc32, byMurmur2];
}

const MURMUR2_SEED = 0x9747b28c;
const MURMUR2_FACTOR = 0x5bd1e995;

/** MurmurHash2 as Kafka's Java client has it: 32 bits, signed. */
export function murmur2(key: Uint8Array): number {
  const wholeWords = key.length & ~3;
  let hash = MURMUR2_SEED ^ key.length;
  for (let at = 0; at < wholeWords; at += 4) {
    let word = Math.imul(littleEndian(key, at, 4), MURMUR2_FACTOR);
    word = Math.imul(word ^ (word >>> 24), MURMUR2_FACTOR);
    hash = Math.imul(hash, MURMUR2_FACTOR) ^ word;
  }
  if (wholeWords < key.length) {
    hash = Math.imul(hash ^ littleEndian(key, wholeWords, key.length - wholeWords), MURMUR2_FACTOR);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MURMUR2_FACTOR);
  return hash ^ (hash >>> 15);
}

/** CRC-32 (IEEE 802.3), unsigned. */
export function crc32(key: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of key) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}

function littleEndian(bytes: Uint8Array, from: number, count: number): number {
  let word = 0;
  for (let index = 0; index < count; index += 1) word |= (bytes[from + index] ?? 0) << (8 * index);
  return word;
}
