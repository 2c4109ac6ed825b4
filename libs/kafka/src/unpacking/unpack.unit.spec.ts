import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compressionsAlgorithms } from '@platformatic/kafka';
import fc from 'fast-check';
import { unpack, type Compression } from './unpack.js';
import { UnpackError } from './unpack.error.js';

const COMPRESSIONS: readonly Compression[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const MIB = 1024 * 1024;

const pack = (compression: Compression, bytes: Buffer): Buffer =>
  Buffer.from(compressionsAlgorithms[compression].compressSync(bytes));
const code = (work: Promise<Buffer>) =>
  work.then(
    () => 'unpacked',
    (error: unknown) => (error instanceof UnpackError ? error.code : error),
  );

/** Some of it repeats, near and far. */
const contents = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 70 }), fc.nat(300)), { maxLength: 30 })
  .map((parts) => Buffer.concat(parts.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes))));

describe.each(COMPRESSIONS)('what was compressed by %s', (compression) => {
  it('is unpacked as it was, up to the limit', async () => {
    const property = fc.asyncProperty(contents, async (bytes) => {
      const packed = pack(compression, bytes);
      const unpacked = await unpack(compression, packed, Math.max(1, bytes.length));
      expect(unpacked.equals(bytes)).toBe(true);
      if (bytes.length > 1)
        expect(await code(unpack(compression, packed, bytes.length - 1))).toBe('too-large');
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('is given up once it is larger than the limit', async () => {
    const bomb = pack(compression, Buffer.alloc(8 * MIB, ' '));
    expect(await code(unpack(compression, bomb, 2 * MIB))).toBe('too-large');
  });

  it('is unpacked or said to be corrupt, whatever its bytes are', async () => {
    const packed = pack(compression, Buffer.from('what was once well compressed, '.repeat(40)));
    const damage = fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), { maxLength: 4 });
    const property = fc.asyncProperty(damage, fc.nat(packed.length), async (changes, length) => {
      const damaged = Buffer.from(packed);
      for (const [at, byte] of changes) damaged[at] = byte;
      expect(['unpacked', 'corrupt', 'too-large']).toContain(
        await code(unpack(compression, damaged.subarray(0, length), MIB)),
      );
    });
    await fc.assert(property, { numRuns: 500 });
    expect(await code(unpack(compression, packed.subarray(0, -9), MIB))).toBe('corrupt');
    expect(await code(unpack(compression, Buffer.from('no such thing'), MIB))).toBe('corrupt');
  });
});

it('300 MB of spaces in half a megabyte are given up', async () => {
  const spaces = Buffer.alloc(MIB, ' ');
  const gzip = Buffer.concat(Array<Buffer>(300).fill(gzipSync(spaces)));
  expect(gzip.length).toBeLessThan(MIB / 2);
  expect(await code(unpack('gzip', gzip, 16 * MIB))).toBe('too-large');
  expect(await code(unpack('zstd', zstdCompressSync(Buffer.alloc(300 * MIB)), 16 * MIB))).toBe('too-large');
});
