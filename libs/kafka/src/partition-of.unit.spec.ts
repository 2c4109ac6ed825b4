import { murmur2 } from './murmur2.js';
import { partitionOf } from './partition-of.js';

/** From Kafka's own UtilsTest.testMurmur2. */
const JAVA_HASHES: readonly (readonly [string, number])[] = [
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
];

describe('partitionOf', () => {
  it.each(JAVA_HASHES)('hashes %s as Java does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('drops the sign bit, as Java does, rather than negate', () => {
    expect(partitionOf('21', 12)).toBe((-973_932_308 & 0x7fff_ffff) % 12);
  });

  it('stays within the partitions', () => {
    const found = new Set(Array.from({ length: 500 }, (_, index) => partitionOf(`key-${index}`, 5)));

    expect(found).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
