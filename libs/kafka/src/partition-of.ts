import { murmur2 } from './murmur2.js';

const POSITIVE_INT32 = 0x7fff_ffff;

/** The partition that Java's default partitioner chooses for a key (its UTF-8 bytes): every client finds the same one. */
export function partitionOf(key: string, partitionCount: number): number {
  return (murmur2(Buffer.from(key)) & POSITIVE_INT32) % partitionCount;
}
