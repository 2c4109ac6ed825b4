import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ContractError } from '../contract.errors.js';
import { nextNonce, NONCE_BYTES } from './nonces.js';

/** The data key of one aggregate: without it, its personal fields cannot be read by anybody. */
export interface PersonalDataKey {
  /** Names it in ciphertexts: 1 to 32 letters, digits, `_` or `-`. */
  readonly kid: string;
  /** 32 bytes. */
  readonly secret: KeyObject;
}

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a random nonce of 96 bits.
 * @param context what the text belongs to: it decrypts with this context only
 * @returns nonce, ciphertext and tag of 128 bits, in base64url
 */
export function seal(plain: Buffer | string, secret: KeyObject, context: string): string {
  const nonce = nextNonce();
  const cipher = createCipheriv(ALGORITHM, secret, nonce).setAAD(Buffer.from(context));
  const text = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  // In this mode nothing is left for the end but the tag.
  cipher.final();
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
}

/** The inverse of `seal`. @throws ContractError `personal-data-unreadable` for another key, context or text */
export function unseal(sealed: string, secret: KeyObject, context: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const decipher = createDecipheriv(ALGORITHM, secret, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
    // Throws if the tag is another one. Nothing is left for it but that.
    decipher.final();
    return plain;
  } catch (cause) {
    throw new ContractError(
      'personal-data-unreadable',
      'a personal field was not encrypted with this key, or not for this place',
      { cause },
    );
  }
}

const shape = z.object({ kid: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/), key: z.base64().length(44) });

/** The key in an answer of `GET /personal-data-keys/:userId`. @throws ContractError `schema-violation` for another answer */
export function personalDataKeyFrom(answer: unknown): PersonalDataKey {
  const { success, data } = shape.safeParse(answer);
  if (!success) throw new ContractError('schema-violation', 'this is no key of personal data');
  return { kid: data.kid, secret: createSecretKey(data.key, 'base64') };
}
