import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** One of an issuer's pairs of keys. */
export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export interface TokenOptions {
  /** Of another issuer, to sign with a wrong one. */
  readonly key?: IssuerKey;
  readonly typ?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  readonly notBefore?: number;
}

/** An OpenID Connect issuer on a free port, with discovery, keys, client credentials and the code flow, for tests. */
export interface TestIssuer {
  readonly url: string;
  readonly audience: string;
  readonly key: IssuerKey;
  /** Clients by id, with their secret and the scopes that they may have; or with the token that they are given whatever it is. */
  readonly clients: Map<
    string,
    { readonly secret: string; readonly scope: string; readonly expiresIn?: number; readonly token?: string }
  >;
  /** The claims of whoever logs in; undefined: the issuer refuses. */
  person: Readonly<Record<string, unknown>> | undefined;
  /** What was asked for so far, by path. */
  readonly requests: Map<string, number>;
  /** What the discovery document says instead. */
  discovery: Readonly<Record<string, unknown>>;
  /** While it is away it breaks every connection. */
  isAway: boolean;
  /** An access token as RFC 9068 wants it; what is given replaces or adds claims, undefined removes one. */
  token(claims?: Readonly<Record<string, unknown>>, options?: TokenOptions): Promise<string>;
  /** From now on it signs with another key, and shows that one alone, or with the ones of before. */
  rotate(options?: { readonly keepsOld: boolean }): Promise<void>;
  /** The variables of an app that takes its tokens. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** RFC 6749, 2.3.1. */
function formDecoded(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

const DAY_S = 86_400;

export async function makeKey(kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

export async function startTestIssuer(audience = 'https://fleet.example'): Promise<TestIssuer> {
  let key = await makeKey('key-1');
  let shown = [key.publicJwk];
  const requests = new Map<string, number>();
  const clients: TestIssuer['clients'] = new Map();

  /** What each code stands for; a code is good once. */
  const codes = new Map<string, { readonly wanted: URLSearchParams; readonly claims: object }>();

  /** The login itself takes no page: whoever asks is `person`. */
  function authorize(wanted: URLSearchParams, response: ServerResponse): void {
    const back = new URL(wanted.get('redirect_uri')!);
    back.searchParams.set('state', wanted.get('state') ?? '');
    const { person } = issuer;
    if (person) {
      const code = randomUUID();
      codes.set(code, { wanted, claims: person });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', 'access_denied');
    response.writeHead(302, { location: back.href }).end();
  }

  function redeem(parameters: URLSearchParams, clientId: string) {
    const code = parameters.get('code') ?? '';
    const login = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(parameters.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      login?.wanted.get('code_challenge') === challenge &&
      login.wanted.get('code_challenge_method') === 'S256' &&
      login.wanted.get('client_id') === clientId &&
      login.wanted.get('redirect_uri') === parameters.get('redirect_uri');
    return isRight ? login.claims : undefined;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer.url);
    requests.set(pathname, (requests.get(pathname) ?? 0) + 1);
    if (issuer.isAway) {
      request.socket.destroy();
      return;
    }
    if (pathname === '/authorize') return authorize(searchParams, response);
    const body = await bodyOf(pathname, request);
    response.writeHead(body ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'invalid_client' }));
  }

  async function bodyOf(pathname: string, request: IncomingMessage): Promise<object | undefined> {
    if (pathname === '/keys') return { keys: shown };
    if (pathname !== '/token') {
      const { url } = issuer;
      return {
        issuer: url,
        jwks_uri: `${url}/keys`,
        token_endpoint: `${url}/token`,
        authorization_endpoint: `${url}/authorize`,
        ...issuer.discovery,
      };
    }
    const credentials = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64');
    const [id = '', secret] = credentials.toString().split(':').map(formDecoded);
    const parameters = new URLSearchParams(await text(request));
    const client = clients.get(id);
    if (client?.secret !== secret) return undefined;
    const isLogin = parameters.get('grant_type') === 'authorization_code';
    const granted = isLogin ? redeem(parameters, id) : { sub: id, scope: client!.scope };
    if (!granted) return undefined;
    const { expiresIn = DAY_S } = client!;
    const token = client!.token ?? (await issuer.token({ client_id: id, ...granted }, { expiresIn }));
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn };
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TestIssuer = {
    url,
    audience,
    get key() {
      return key;
    },
    clients,
    requests,
    person: undefined,
    discovery: {},
    isAway: false,
    variables: { AUTH: 'oidc', OIDC_ISSUER: url, OIDC_AUDIENCE: audience },
    token(claims = {}, { key: signer = key, typ = 'at+jwt', expiresIn = 600, notBefore } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const times = {
        iat: now,
        exp: now + expiresIn,
        ...(notBefore === undefined ? {} : { nbf: now + notBefore }),
      };
      const payload = { iss: url, aud: audience, sub: 'ada', client_id: 'tests', ...times, ...claims };
      return new SignJWT(JSON.parse(JSON.stringify(payload)) as Record<string, unknown>)
        .setProtectedHeader({ alg: 'ES256', typ, kid: signer.kid })
        .sign(signer.privateKey);
    },
    async rotate({ keepsOld } = { keepsOld: true }) {
      key = await makeKey(`key-${shown.length + requests.size + 1}-${Date.now()}`);
      shown = keepsOld ? [...shown, key.publicJwk] : [key.publicJwk];
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return issuer;
}
