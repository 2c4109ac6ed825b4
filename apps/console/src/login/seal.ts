import { hkdfSync } from 'node:crypto';
import type { ClientSettings } from '@eventfleet/config';
import { EncryptJWT, jwtDecrypt, type JWTPayload } from 'jose';

const KEY_BYTES = 32;
const HEADER = { alg: 'dir', enc: 'A256GCM' } as const;

/** What a sealed text is for: one for another purpose is not opened. */
export type Purpose = 'login' | 'session';

/**
 * Encrypts what a browser keeps for the console, so that nobody can read, change or make it. The key is derived from the
 * secret of the console's client: every copy has the same, and what one issuer let in is nothing to another.
 */
export class Seal {
  private readonly key: Uint8Array;

  constructor({ clientSecret, clientId, issuer, audience }: ClientSettings) {
    const salt = JSON.stringify([issuer, audience, clientId]);
    this.key = new Uint8Array(hkdfSync('sha256', clientSecret, salt, 'eventfleet console', KEY_BYTES));
  }

  /** @param expiresAt milliseconds since 1970 */
  close(purpose: Purpose, content: JWTPayload, expiresAt: number): Promise<string> {
    return new EncryptJWT(content)
      .setProtectedHeader(HEADER)
      .setAudience(purpose)
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .encrypt(this.key);
  }

  /** Undefined if it was not sealed here, for this purpose, or has expired. */
  async open(purpose: Purpose, sealed: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtDecrypt(sealed, this.key, {
        audience: purpose,
        requiredClaims: ['exp'],
        keyManagementAlgorithms: [HEADER.alg],
        contentEncryptionAlgorithms: [HEADER.enc],
      });
      return payload;
    } catch {
      return undefined;
    }
  }
}
