import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { canonicalRecord, SIGNATURE_HEADER, type SignableRecord } from './canonical-record.js';

/** A secret that signs and verifies, known to the fleet and to subscribers that verify. */
export interface SigningKey {
  /** Names it in signatures: 1 to 32 letters, digits, `_` or `-`. */
  readonly kid: string;
  /** At least 32 bytes. */
  readonly secret: KeyObject;
}

/**
 * The value of the header `ce_signature`: `<kid>.<mac>`, where `mac` is the HMAC-SHA256 (RFC 2104) of the record's
 * canonical form, in base64url without padding.
 */
export function signRecord(record: SignableRecord, { kid, secret }: SigningKey): string {
  const mac = createHmac('sha256', secret).update(canonicalRecord(record)).digest('base64url');
  return `${kid}.${mac}`;
}

/**
 * Whether one of the keys has signed exactly this key, value and these `ce_*` headers. False also without a signature,
 * with more than one, and with that of an unknown key. The comparison takes the same time wherever two differ.
 */
export function verifyRecord(
  { key, value, headers = {} }: SignableRecord,
  signingKeys: readonly SigningKey[],
): boolean {
  const header = headers[SIGNATURE_HEADER];
  if (header === undefined || header === null || Array.isArray(header)) return false;
  const signature = Buffer.from(header);
  const kid = signature.toString('latin1', 0, Math.max(signature.indexOf('.'), 0));
  const signingKey = signingKeys.find((each) => each.kid === kid);
  if (!signingKey) return false;
  const expected = Buffer.from(signRecord({ key, value, headers }, signingKey));
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}
