import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const ID_BYTES = 16;
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/** A new UUIDv7. Its random bits are drawn from the system for many ids at once: a call for each costs more than the id. */
export function newId(): string {
  return v7({ rng: drawBytes });
}

function drawBytes(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.subarray(used - ID_BYTES, used);
}
