import { repeat } from './repeat.js';
import { UnpackError } from './unpack.error.js';

const MAGIC = 0x184d2204;
const HAS_BLOCK_CHECKSUMS = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_DICTIONARY_ID = 0x01;
/** Magic, flags, block size; size of the content and dictionary are optional; a checksum. */
const SHORTEST_HEADER_BYTES = 7;
const CHECKSUM_BYTES = 4;
const IS_NOT_COMPRESSED = 0x8000_0000;
const SHORTEST_MATCH = 4;
const LONG = 15;
const FIRST_CAPACITY = 64 * 1024;

/**
 * One LZ4 frame. Its checksums are not looked at: the broker does that before it takes a record.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 * @param limit in bytes
 * @throws UnpackError
 */
export function unpackLz4(bytes: Buffer, limit: number): Buffer {
  if (bytes.length < SHORTEST_HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) throw corrupt();
  const flags = bytes[4]!;
  const output = new Output(limit);
  const checksum = flags & HAS_BLOCK_CHECKSUMS ? CHECKSUM_BYTES : 0;
  let at = SHORTEST_HEADER_BYTES;
  if (flags & HAS_CONTENT_SIZE) at += 8;
  if (flags & HAS_DICTIONARY_ID) at += 4;
  for (;;) {
    if (at + 4 > bytes.length) throw corrupt();
    const head = bytes.readUInt32LE(at);
    if (head === 0) return output.bytes();
    const begin = at + 4;
    const size = head % IS_NOT_COMPRESSED;
    if (begin + size > bytes.length) throw corrupt();
    const block = bytes.subarray(begin, begin + size);
    if (head >= IS_NOT_COMPRESSED) output.append(block, 0, size);
    else unpackBlock(block, output);
    at = begin + size + checksum;
  }
}

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
function unpackBlock(block: Buffer, output: Output): void {
  let at = 0;
  const readLength = (first: number): number => {
    let length = first;
    if (first < LONG) return length;
    for (;;) {
      const byte = block[at++];
      if (byte === undefined) throw corrupt();
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = readLength(token >> 4);
    if (at + literals > block.length) throw corrupt();
    output.append(block, at, literals);
    at += literals;
    // The last sequence has literals alone.
    if (at === block.length) return;
    if (at + 2 > block.length) throw corrupt();
    const distance = block.readUInt16LE(at);
    at += 2;
    output.repeat(distance, readLength(token & LONG) + SHORTEST_MATCH);
  }
}

/** Grows as it has to, up to a limit. */
class Output {
  #buffer: Buffer;
  #end = 0;

  constructor(private readonly limit: number) {
    this.#buffer = Buffer.allocUnsafe(Math.min(limit, FIRST_CAPACITY));
  }

  append(source: Buffer, from: number, size: number): void {
    this.#reserve(size);
    source.copy(this.#buffer, this.#end, from, from + size);
    this.#end += size;
  }

  repeat(distance: number, size: number): void {
    if (distance === 0 || distance > this.#end) throw corrupt();
    this.#reserve(size);
    this.#end = repeat(this.#buffer, this.#end, distance, size);
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  #reserve(size: number): void {
    const needed = this.#end + size;
    if (needed > this.limit) throw new UnpackError('too-large', 'more than the limit');
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.min(this.limit, Math.max(needed, 2 * this.#buffer.length)));
    this.#buffer.copy(grown, 0, 0, this.#end);
    this.#buffer = grown;
  }
}

function corrupt(): UnpackError {
  return new UnpackError('corrupt', 'this is no LZ4 frame');
}
