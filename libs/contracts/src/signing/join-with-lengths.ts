const LENGTH_BYTES = 4;
const ABSENT = 0xffff_ffff;
const MOST_BYTES_OF_CHARACTER = 3;

/** Kept: to make a buffer for each event, and to collect it, costs as much as to fill it. */
let kept = Buffer.allocUnsafeSlow(16_384);

/**
 * The parts in one piece, each behind its length: so no other parts come to the same bytes. A length is an unsigned integer
 * of 32 bits, most significant byte first. Texts are in UTF-8. A part that is null is the length 0xffffffff alone.
 * @returns bytes that the next call overwrites: use them at once
 */
export function joinWithLengths(parts: readonly (Buffer | string | null)[]): Buffer {
  const bytes = atLeast(parts.reduce((size, part) => size + mostBytesOf(part), 0));
  let at = 0;
  for (const part of parts) {
    const start = at + LENGTH_BYTES;
    const length = part === null ? 0 : copy(part, bytes, start);
    bytes.writeUInt32BE(part === null ? ABSENT : length, at);
    at = start + length;
  }
  return bytes.subarray(0, at);
}

function mostBytesOf(part: Buffer | string | null): number {
  if (part === null) return LENGTH_BYTES;
  return LENGTH_BYTES + (typeof part === 'string' ? MOST_BYTES_OF_CHARACTER : 1) * part.length;
}

function atLeast(size: number): Buffer {
  if (size > kept.length) kept = Buffer.allocUnsafeSlow(2 * size);
  return kept;
}

function copy(part: Buffer | string, target: Buffer, at: number): number {
  return typeof part === 'string' ? target.write(part, at) : part.copy(target, at);
}
