import { fetchJson } from './fetch-json.js';

const WELL_KNOWN = '/.well-known/openid-configuration';

/** What the fleet needs of an issuer's discovery document. */
export interface IssuerMetadata {
  readonly jwksUrl: string;
  /** Absent if the issuer names none. */
  readonly tokenUrl?: string;
}

/**
 * Reads the discovery document (OpenID Connect Discovery 1.0).
 * @throws Error if it cannot be read, names another issuer, or names addresses that are not as safe as the issuer's
 */
export async function discover(issuer: string): Promise<IssuerMetadata> {
  const url = issuer.replace(/\/$/, '') + WELL_KNOWN;
  const { issuer: named, jwks_uri: jwksUrl, token_endpoint: tokenUrl } = await fetchJson(url);
  if (named !== issuer) throw new Error(`${url} names another issuer than OIDC_ISSUER does`);
  return {
    jwksUrl: endpoint(issuer, 'jwks_uri', jwksUrl),
    ...(tokenUrl === undefined ? {} : { tokenUrl: endpoint(issuer, 'token_endpoint', tokenUrl) }),
  };
}

/** If the issuer is reached by TLS, so is all that it names. */
function endpoint(issuer: string, name: string, value: unknown): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && issuer.startsWith('http:'));
  if (!url || !isSafe) throw new Error(`the discovery document of ${issuer} has no usable ${name}`);
  return url.href;
}
