import { hash as hashOf } from 'node:crypto';
import type { OidcSettings } from '@eventfleet/config';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { AuthError } from './auth.error.js';
import type { Caller } from './caller.js';
import { IssuerKeys } from './issuer-keys.js';

/** By a pair of keys, all of them: nothing that a public key could be taken for the secret of, and not `none`. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
/** RFC 9068. jose reads it as `application/at+jwt` as well. */
const TYPE = 'at+jwt';
/** Two clocks may differ by so much. */
const CLOCK_SKEW_S = 10;
const MAX_TOKEN_CHARACTERS = 12 * 1024;
const MAX_REMEMBERED = 10_000;
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

interface Remembered {
  readonly caller: Caller;
  readonly generation: number;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly expires: number;
}

/**
 * Verifies access tokens of one issuer for one audience: signature, algorithm, `typ`, `iss`, `aud`, `exp`, `nbf`. A plain
 * `JWT`, such as an id token, is refused, as RFC 9068 wants it.
 *
 * A verified token is remembered until it expires, or the issuer's keys change, by its SHA-256 and in bounded memory. That
 * is safe, because all else that was checked never changes: the text of a token decides its claims and its signature, and
 * issuer and audience are fixed. Times are checked each time. A refused token is not remembered.
 */
export class TokenVerifier {
  private readonly keys: IssuerKeys;
  private readonly remembered = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED });

  constructor(
    private readonly settings: OidcSettings,
    logger: Logger,
  ) {
    this.keys = new IssuerKeys({ ...settings, logger });
  }

  /** For readiness. @throws Error until the issuer's keys were read once; asks for them, and does not wait */
  assertReady(): void {
    this.keys.refreshIfDue();
    if (!this.keys.isLoaded) throw new Error('the keys of the issuer were not read yet');
  }

  /**
   * @param at when it has to be valid
   * @throws AuthError `unauthenticated` that says why; `issuer-unavailable`
   */
  async verify(token: string, at: Date = new Date()): Promise<Caller> {
    const hash = hashOf('sha256', token, 'base64');
    const known = this.recall(hash);
    if (known) return checkTimes(known, at).caller;
    if (token.length > MAX_TOKEN_CHARACTERS) throw refused('The token is too long');
    const { generation } = this.keys;
    const payload = await this.check(token, at);
    const { nbf: notBefore = -Infinity, exp: expires = -Infinity } = payload;
    const caller = callerOf(payload, expires);
    // Of before the check: if the keys have changed meanwhile, the token is verified again the next time.
    this.remembered.set(hash, { caller, generation, notBefore, expires });
    return caller;
  }

  private recall(hash: string): Remembered | undefined {
    const known = this.remembered.get(hash);
    if (!known) return undefined;
    this.keys.refreshIfDue();
    return known.generation === this.keys.generation ? known : undefined;
  }

  private async check(token: string, at: Date): Promise<JWTPayload> {
    const { issuer, audience } = this.settings;
    try {
      const { payload } = await jwtVerify(token, (header, jws) => this.keys.find(header, jws), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        typ: TYPE,
        clockTolerance: CLOCK_SKEW_S,
        currentDate: at,
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      throw error instanceof AuthError ? error : refused(reasonOf(error), error);
    }
  }
}

/** Undefined without settings: nobody needs a token. */
export function createTokenVerifier(
  settings: OidcSettings | undefined,
  logger: Logger,
): TokenVerifier | undefined {
  return settings && new TokenVerifier(settings, logger);
}

function checkTimes(known: Remembered, at: Date): Remembered {
  const now = Math.floor(at.getTime() / 1000);
  if (known.expires <= now - CLOCK_SKEW_S) throw refused('The token has expired');
  if (known.notBefore > now + CLOCK_SKEW_S) throw refused('The token is not valid yet');
  return known;
}

function callerOf({ sub, client_id: clientId, scope }: JWTPayload, expires: number): Caller {
  const subject = sub ?? clientId;
  if (typeof subject !== 'string' || !SUBJECT.test(subject))
    throw refused(
      'The token names nobody: its sub, or else its client_id, must be 1 to 255 printable characters',
    );
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : [];
  return { subject, scopes: new Set(scopes), expiresAt: expires * 1000 };
}

function refused(reason: string, cause?: unknown): AuthError {
  return new AuthError('unauthenticated', reason, { cause });
}

/** In words of our own: those of jose may name what the token holds. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'typ') return 'The token is no access token: its typ must be at+jwt';
    if (error.claim === 'nbf' && error.reason === 'check_failed') return 'The token is not valid yet';
    return `The token has no right ${error.claim}`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'The algorithm of the token is not allowed';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'The token is signed by a key that the issuer does not have';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of the token is wrong';
  return 'The token cannot be read';
}
