import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

export interface KeySetting {
  readonly kid: string;
  /** Does not show its bytes when it is logged. */
  readonly secret: KeyObject;
}

interface KeyRule {
  /** Whether a key of so many bytes is taken, and how that is said. */
  readonly fits: (bytes: number) => boolean;
  readonly size: string;
  /** The name of a key that stands alone, without a name; absent: each needs one. */
  readonly nameOfOnly?: string;
}

const MAX_KEYS = 8;
const KID = /^[A-Za-z0-9_-]{1,32}$/;

/** `kid:base64` entries, separated by commas; none by default. An error names the place of an entry: it may be the secret. */
export function keyList(rule: KeyRule) {
  return z
    .string()
    .transform((text, context): readonly KeySetting[] => {
      const entries = splitList(text, rule);
      const problems = problemsOf(entries, rule);
      if (problems.length > 0) context.addIssue({ code: 'custom', message: problems.join('; ') });
      return entries.map(({ kid, bytes }) => ({ kid, secret: createSecretKey(bytes) }));
    })
    .default([]);
}

interface Entry {
  readonly kid: string;
  readonly base64: string;
  readonly bytes: Buffer;
}

function splitList(text: string, { nameOfOnly }: KeyRule): Entry[] {
  const entries = text.split(',').map((entry) => entry.trim());
  const [only = ''] = entries;
  if (nameOfOnly !== undefined && entries.length === 1 && !only.includes(':'))
    return [readEntry(`${nameOfOnly}:${only}`)];
  return entries.map(readEntry);
}

function readEntry(entry: string): Entry {
  const [kid = '', ...rest] = entry.split(':');
  const base64 = rest.join(':');
  return { kid, base64, bytes: Buffer.from(base64, 'base64') };
}

function problemsOf(entries: readonly Entry[], { fits, size }: KeyRule): readonly string[] {
  const tooMany = entries.length > MAX_KEYS ? [`must have at most ${MAX_KEYS} keys`] : [];
  const ofEntries = entries.flatMap(({ kid, base64, bytes }, index) => {
    const before = entries.slice(0, index);
    const isBase64 = bytes.toString('base64') === base64;
    return [
      ...(KID.test(kid) ? [] : ['needs a name of 1 to 32 letters, digits, _ or -']),
      ...(isBase64 && fits(bytes.length) ? [] : [`needs a key of ${size} in base64`]),
      ...(before.some((other) => other.kid === kid) ? ['has the name of another'] : []),
      ...(before.some((other) => other.bytes.equals(bytes)) ? ['has the key of another'] : []),
    ].map((problem) => `entry ${index + 1} ${problem}`);
  });
  return [...tooMany, ...ofEntries];
}
