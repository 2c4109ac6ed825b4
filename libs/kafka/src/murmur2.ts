const SEED = 0x9747b28c | 0;
const M = 0x5bd1e995;

/** The 32-bit murmur2 of Kafka's Java client (org.apache.kafka.common.utils.Utils), as a signed integer. */
export function murmur2(data: Buffer): number {
  const { length } = data;
  const wholeBlocks = length & ~3;
  let hash = SEED ^ length;
  for (let index = 0; index < wholeBlocks; index += 4) {
    let block = Math.imul(data.readInt32LE(index), M);
    block = Math.imul(block ^ (block >>> 24), M);
    hash = Math.imul(hash, M) ^ block;
  }
  if (length > wholeBlocks) {
    for (let index = length - 1; index >= wholeBlocks; index--) hash ^= data[index]! << ((index & 3) * 8);
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
