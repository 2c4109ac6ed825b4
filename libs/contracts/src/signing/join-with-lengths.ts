const LENGTH_BYTES = 4;
const ABSENT = 0xffff_ffff;

/**
 * The parts in one piece, each behind its length: so no other parts come to the same bytes. A length is an unsigned integer
 * of 32 bits, most significant byte first. Texts are in UTF-8. A part that is null is the length 0xffffffff alone.
 */
export function joinWithLengths(parts: readonly (Buffer | string | null)[]): Buffer {
  let size = 0;
  for (const part of parts) size += LENGTH_BYTES + (part === null ? 0 : Buffer.byteLength(part));
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const part of parts) {
    const start = at + LENGTH_BYTES;
    const length = part === null ? 0 : copy(part, bytes, start);
    bytes.writeUInt32BE(part === null ? ABSENT : length, at);
    at = start + length;
  }
  return bytes;
}

function copy(part: Buffer | string, target: Buffer, at: number): number {
  return typeof part === 'string' ? target.write(part, at) : part.copy(target, at);
}
