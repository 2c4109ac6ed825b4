import { randomFillSync } from 'node:crypto';

export const NONCE_BYTES = 12;
/** To draw random bytes costs far more than the bytes do, so they are drawn for many nonces at once. */
const DRAWN_AT_ONCE = 256;

const drawn = Buffer.alloc(NONCE_BYTES * DRAWN_AT_ONCE);
let used = drawn.length;

/** Random bytes that no other call gets. They are overwritten by a later call: use them at once. */
export function nextNonce(): Buffer {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  return drawn.subarray(used, (used += NONCE_BYTES));
}
