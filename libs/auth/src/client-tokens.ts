import type { ClientSettings } from '@eventfleet/config';
import { AuthError } from './auth.error.js';
import { fetchJson } from './fetch-json.js';
import { discover } from './issuer-metadata.js';

/** Gives an access token that is good for some time yet. @throws AuthError `issuer-unavailable` */
export interface TokenSource {
  token(): Promise<string>;
}

/** Whoever gets a token may use it for at least so long. */
const SHORTEST_USE_MS = 30_000;
/** A short-lived token is renewed when a fifth of its life is left. */
const SHORTEST_USE_SHARE = 0.2;
const DEFAULT_LIFE_S = 60;
const SHORTEST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

interface HeldToken {
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/**
 * Tokens of one of the fleet's own processes, by its client credentials (RFC 6749, 4.4). A token is kept until shortly
 * before it expires. If the issuer is away, the one that is held is given for as long as it is valid; after a failure the
 * issuer is asked again no earlier than after a pause, which grows to 30 s.
 */
export class ClientTokens implements TokenSource {
  private held: HeldToken | undefined;
  private asking: Promise<HeldToken> | undefined;
  private failures = 0;
  private nextAt = 0;

  constructor(
    private readonly settings: ClientSettings,
    private readonly scopes: readonly string[],
  ) {}

  async token(): Promise<string> {
    const { held } = this;
    if (held && Date.now() < held.renewAt) return held.token;
    try {
      return (await this.renew()).token;
    } catch (error) {
      if (held && Date.now() < held.expiresAt) return held.token;
      throw error;
    }
  }

  private renew(): Promise<HeldToken> {
    if (Date.now() < this.nextAt) return Promise.reject(unavailable('it did not answer a moment ago'));
    return (this.asking ??= this.ask().finally(() => (this.asking = undefined)));
  }

  private async ask(): Promise<HeldToken> {
    try {
      this.held = await this.request();
      this.failures = 0;
      this.nextAt = 0;
      return this.held;
    } catch (error) {
      this.nextAt = Date.now() + Math.min(SHORTEST_RETRY_MS * 2 ** this.failures++, LONGEST_RETRY_MS);
      throw unavailable(error instanceof Error ? error.message : String(error), error);
    }
  }

  private async request(): Promise<HeldToken> {
    const { issuer, audience, tokenUrl, clientId, clientSecret } = this.settings;
    const url = tokenUrl ?? (await discover(issuer)).tokenUrl;
    if (url === undefined) throw new Error('its discovery document names no token_endpoint');
    const askedAt = Date.now();
    const { access_token: token, expires_in: lifeSeconds } = await fetchJson(url, {
      method: 'POST',
      headers: { authorization: basic(clientId, clientSecret) },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: this.scopes.join(' '),
        // Issuers name the audience in one of two ways, and pass over a parameter that they do not know.
        audience,
        ...(URL.canParse(audience) ? { resource: audience } : {}),
      }),
    });
    if (typeof token !== 'string' || token === '') throw new Error(`${url} has given no token`);
    const lifeMs = (typeof lifeSeconds === 'number' ? lifeSeconds : DEFAULT_LIFE_S) * 1000;
    const left = Math.min(SHORTEST_USE_MS, lifeMs * SHORTEST_USE_SHARE);
    return { token, renewAt: askedAt + lifeMs - left, expiresAt: askedAt + lifeMs };
  }
}

/** RFC 6749, 2.3.1: each half is form-encoded first. */
function basic(clientId: string, clientSecret: string): string {
  const encoded = [clientId, clientSecret].map((text) =>
    new URLSearchParams({ _: text }).toString().slice(2),
  );
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

function unavailable(reason: string, cause?: unknown): AuthError {
  return new AuthError('issuer-unavailable', `The issuer gives no token: ${reason}`, { cause });
}
