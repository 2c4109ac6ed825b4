import { createRequire } from 'node:module';
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

  it('agrees with kafkajs on keys of every length', () => {
    const require = createRequire(import.meta.url);
    const theirs = require('kafkajs/src/producer/partitioners/default/murmur2') as (key: Buffer) => number;
    for (let length = 0; length < 70; length++) {
      const key = Buffer.from(Array.from({ length }, (_, index) => (index * 151 + length * 37) % 256));
      expect(murmur2(key)).toBe(theirs(key));
    }
  });

  it('drops the sign bit, as Java does, rather than negate', () => {
    expect(partitionOf('21', 12)).toBe((-973_932_308 & 0x7fff_ffff) % 12);
  });

  it('stays within the partitions', () => {
    const found = new Set(Array.from({ length: 500 }, (_, index) => partitionOf(`key-${index}`, 5)));

    expect(found).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
