import { repeat } from './repeat.js';
import { UnpackError } from './unpack.error.js';

/** What Java's client puts before its chunks; other clients write one block, and nothing before it. */
const JAVA_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** The magic, and two versions. */
const JAVA_HEADER_BYTES = 16;
const CHUNK_LENGTH_BYTES = 4;
const MAX_VARINT_BYTES = 5;

/**
 * One block, or the chunks of Java's client, each a block with its length before it.
 * https://github.com/google/snappy/blob/main/format_description.txt
 * @param limit in bytes
 * @throws UnpackError
 */
export function unpackSnappy(bytes: Buffer, limit: number): Buffer {
  if (!bytes.subarray(0, JAVA_MAGIC.length).equals(JAVA_MAGIC)) return unpackBlock(bytes, limit);
  const chunks: Buffer[] = [];
  let left = limit;
  let at = JAVA_HEADER_BYTES;
  while (at < bytes.length) {
    if (at + CHUNK_LENGTH_BYTES > bytes.length) throw corrupt();
    const begin = at + CHUNK_LENGTH_BYTES;
    at = begin + bytes.readUInt32BE(at);
    if (at > bytes.length) throw corrupt();
    const chunk = unpackBlock(bytes.subarray(begin, at), left);
    left -= chunk.length;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unpackBlock(bytes: Buffer, limit: number): Buffer {
  const { length, begin } = readLength(bytes);
  if (length > limit) throw new UnpackError('too-large', 'more than the limit');
  const output = Buffer.allocUnsafe(length);
  let at = begin;
  let end = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const kind = tag & 0b11;
    if (kind === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      const size = 1 + (extra === 0 ? tag >> 2 : readLittleEndian(bytes, at, extra));
      at += extra;
      if (at + size > bytes.length || end + size > length) throw corrupt();
      bytes.copy(output, end, at, at + size);
      at += size;
      end += size;
      continue;
    }
    const extra = kind === 3 ? 4 : kind;
    const high = kind === 1 ? (tag >> 5) << 8 : 0;
    const distance = high + readLittleEndian(bytes, at, extra);
    const size = kind === 1 ? 4 + ((tag >> 2) & 0b111) : 1 + (tag >> 2);
    at += extra;
    if (distance === 0 || distance > end || end + size > length) throw corrupt();
    end = repeat(output, end, distance, size);
  }
  if (end !== length) throw corrupt();
  return output;
}

/** Seven bits a byte, the lowest first. */
function readLength(bytes: Buffer): { length: number; begin: number } {
  let length = 0;
  for (let at = 0; at < Math.min(MAX_VARINT_BYTES, bytes.length); at++) {
    const byte = bytes[at]!;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, begin: at + 1 };
  }
  throw corrupt();
}

function readLittleEndian(bytes: Buffer, at: number, size: number): number {
  if (at + size > bytes.length) throw corrupt();
  return bytes.readUIntLE(at, size);
}

function corrupt(): UnpackError {
  return new UnpackError('corrupt', 'this is no Snappy block');
}
