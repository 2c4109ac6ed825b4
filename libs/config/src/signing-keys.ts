import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

export interface SigningKeySetting {
  readonly kid: string;
  /** Does not show its bytes when it is logged. */
  readonly secret: KeyObject;
}

const MAX_KEYS = 8;
const MIN_BYTES = 32;
const KID = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * `kid:base64` entries, separated by commas; none by default. The first key signs, all verify. An error names the place
 * of an entry, as any part of it may be the secret.
 */
export const signingKeyList = z
  .string()
  .transform((text, context): readonly SigningKeySetting[] => {
    const entries = text.split(',').map((entry) => readEntry(entry.trim()));
    const problems = problemsOf(entries);
    if (problems.length > 0) context.addIssue({ code: 'custom', message: problems.join('; ') });
    return entries.map(({ kid, bytes }) => ({ kid, secret: createSecretKey(bytes) }));
  })
  .default([]);

interface Entry {
  readonly kid: string;
  readonly base64: string;
  readonly bytes: Buffer;
}

function readEntry(entry: string): Entry {
  const [kid = '', ...rest] = entry.split(':');
  const base64 = rest.join(':');
  return { kid, base64, bytes: Buffer.from(base64, 'base64') };
}

function problemsOf(entries: readonly Entry[]): readonly string[] {
  const tooMany = entries.length > MAX_KEYS ? [`must have at most ${MAX_KEYS} keys`] : [];
  const ofEntries = entries.flatMap(({ kid, base64, bytes }, index) => {
    const before = entries.slice(0, index);
    const isBase64 = bytes.toString('base64') === base64;
    return [
      ...(KID.test(kid) ? [] : ['needs a name of 1 to 32 letters, digits, _ or -']),
      ...(isBase64 && bytes.length >= MIN_BYTES
        ? []
        : [`needs a key of at least ${MIN_BYTES} bytes in base64`]),
      ...(before.some((other) => other.kid === kid) ? ['has the name of another'] : []),
      ...(before.some((other) => other.bytes.equals(bytes)) ? ['has the key of another'] : []),
    ].map((problem) => `entry ${index + 1} ${problem}`);
  });
  return [...tooMany, ...ofEntries];
}
