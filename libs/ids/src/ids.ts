import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const ID_BYTES = 16;

/** Random bytes, drawn from the system for many ids at once: a call for each costs more than the id. */
const random = Buffer.alloc(16_384);
let used = random.length;

/** A new UUIDv7. */
export function newId(): string {
  return v7({ rng: drawIdBytes });
}

/** So many random bytes as hexadecimal digits. */
export function randomHex(bytes: number): string {
  const at = draw(bytes);
  return random.toString('hex', at, at + bytes);
}

function drawIdBytes(): Buffer {
  const at = draw(ID_BYTES);
  return random.subarray(at, at + ID_BYTES);
}

/** @returns where in `random` so many bytes lie that were never given out */
function draw(bytes: number): number {
  if (used + bytes > random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}
