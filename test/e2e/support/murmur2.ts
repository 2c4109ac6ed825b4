const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/**
 * Kafka's murmur2 of Java's default partitioner, made positive. Written from the Java source
 * (org.apache.kafka.common.utils.Utils) and independent of the client under test.
 */
export function murmur2(data: Uint8Array): number {
  let hash = SEED ^ data.length;
  const blocks = data.length >> 2;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let block = 0; block < blocks; block++) {
    let k = Math.imul(view.getInt32(block * 4, true), M);
    k = Math.imul(k ^ (k >>> 24), M);
    hash = Math.imul(hash, M) ^ k;
  }
  const rest = data.subarray(blocks * 4);
  if (rest.length >= 3) hash ^= rest[2]! << 16;
  if (rest.length >= 2) hash ^= rest[1]! << 8;
  if (rest.length >= 1) hash = Math.imul(hash ^ rest[0]!, M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return (hash ^ (hash >>> 15)) & 0x7fff_ffff;
}
