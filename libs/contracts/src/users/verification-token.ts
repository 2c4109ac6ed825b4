import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { emailKey } from './email-key.js';

/** What a verification token vouches for: whoever has it reads the mails of this address. */
export interface VerificationClaim {
  readonly userId: string;
  readonly email: string;
  readonly expiresAt: Date;
}

export type VerificationReading =
  /** `emailDigest` has still to be that of the user's email of now: see `verificationDigest`. */
  { readonly kind: 'valid' | 'expired'; readonly emailDigest: string } | { readonly kind: 'invalid' };

/** Version, expiry in seconds since the epoch, digest of the email, signature. */
const SHAPE = /^1\.(\d{1,12})\.([\w-]{43})\.([\w-]{43})$/;

/**
 * `1.<expiry>.<digest>.<signature>`, safe in an address. It holds no email; the signature is HMAC-SHA256 over the user's
 * id, the digest of the email and the expiry, so that it is good for this user with this email until then.
 */
export function signVerificationToken(
  { userId, email, expiresAt }: VerificationClaim,
  secret: string,
): string {
  const expiry = String(Math.floor(expiresAt.getTime() / 1000));
  const digest = verificationDigest(email);
  return `1.${expiry}.${digest}.${signature(userId, digest, expiry, secret)}`;
}

/** Checks a token against the user that it is presented for. Takes the same time whatever is wrong with a signature. */
export function readVerificationToken(
  token: string,
  userId: string,
  secret: string,
  now: Date,
): VerificationReading {
  const [, expiry, emailDigest, given] = SHAPE.exec(token) ?? [];
  if (expiry === undefined || emailDigest === undefined || given === undefined) return { kind: 'invalid' };
  const expected = signature(userId, emailDigest, expiry, secret);
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return { kind: 'invalid' };
  return { kind: Number(expiry) * 1000 > now.getTime() ? 'valid' : 'expired', emailDigest };
}

/** Stands for an email, compared without case, where the email itself must not be read. */
export function verificationDigest(email: string): string {
  return createHash('sha256').update(emailKey(email)).digest('base64url');
}

function signature(userId: string, digest: string, expiry: string, secret: string): string {
  return createHmac('sha256', secret).update(`${userId}\n${digest}\n${expiry}`).digest('base64url');
}
