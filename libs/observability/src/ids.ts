import { randomFillSync } from 'node:crypto';

const DIGITS = Buffer.from('0123456789abcdef', 'latin1');
const TIME_DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12];
const RANDOM_DIGITS = [15, 16, 17, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35];
const VARIANT_DIGIT = 19;
/** The id that was made last, as text: only its digits are written anew. */
const id = Buffer.from('00000000-0000-7000-8000-000000000000', 'latin1');
let idTime = 0;

/** Random bytes, drawn from the system for many ids at once: a call for each costs more than the id. */
const random = Buffer.alloc(16_384);
let used = random.length;

/** A new UUIDv7 (RFC 9562): the time in milliseconds, and 74 random bits. Made without garbage but for the text. */
export function newId(): string {
  const now = Date.now();
  if (now !== idTime) writeTime(now);
  let at = draw(RANDOM_DIGITS.length + 1);
  for (const digit of RANDOM_DIGITS) id[digit] = DIGITS[random[at++]! & 0xf]!;
  id[VARIANT_DIGIT] = DIGITS[0x8 | (random[at]! & 0x3)]!;
  return id.toString('latin1');
}

/** So many random bytes as hexadecimal digits. */
export function randomHex(bytes: number): string {
  const at = draw(bytes);
  return random.toString('hex', at, at + bytes);
}

function writeTime(now: number): void {
  idTime = now;
  const digits = now.toString(16).padStart(TIME_DIGITS.length, '0');
  TIME_DIGITS.forEach((digit, index) => (id[digit] = digits.charCodeAt(index)));
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
