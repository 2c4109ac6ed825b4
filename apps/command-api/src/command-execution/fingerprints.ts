import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Idempotency, WrappingKey } from '@eventfleet/event-store';

/** What tells a repeat from another request, as it is stored now, and as earlier settings have stored it. */
export type Fingerprint = Pick<Idempotency, 'fingerprint' | 'formerFingerprints'>;

/** @param content of a request, the same text for the same request */
export type MakeFingerprint = (content: string) => Fingerprint;

export const plainFingerprint: MakeFingerprint = (content) => ({
  fingerprint: createHash('sha256').update(content).digest('base64url'),
});

/** If personal data is encrypted: nobody without the key can find out by trying what a request held. */
export function keyedFingerprint(keys: readonly WrappingKey[]): MakeFingerprint {
  if (keys.length === 0) return plainFingerprint;
  const secrets = keys.map(({ secret }) => derive(secret));
  return (content) => {
    const [fingerprint = '', ...others] = secrets.map((secret) =>
      createHmac('sha256', secret).update(content).digest('base64url'),
    );
    return { fingerprint, formerFingerprints: [...others, plainFingerprint(content).fingerprint] };
  };
}

function derive(secret: KeyObject): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'eventfleet-fingerprint-1', 32)));
}
