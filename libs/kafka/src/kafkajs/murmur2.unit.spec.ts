import { createRequire } from 'node:module';
import { murmur2 } from '../murmur2.js';

describe('murmur2', () => {
  it('agrees with kafkajs on keys of every length', () => {
    const require = createRequire(import.meta.url);
    const theirs = require('kafkajs/src/producer/partitioners/default/murmur2') as (key: Buffer) => number;
    for (let length = 0; length < 70; length++) {
      const key = Buffer.from(Array.from({ length }, (_, index) => (index * 151 + length * 37) % 256));
      expect(murmur2(key)).toBe(theirs(key));
    }
  });
});
