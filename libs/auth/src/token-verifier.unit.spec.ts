import { createHmac, randomBytes } from 'node:crypto';
import { makeKey, startTestIssuer, type TestIssuer, type TokenOptions } from '@eventfleet/testing';
import { pino } from 'pino';
import { TokenVerifier } from './token-verifier.js';

const logger = pino({ level: 'silent' });

let issuer: TestIssuer;
let verifier: TokenVerifier;

beforeEach(async () => {
  issuer = await startTestIssuer();
  verifier = new TokenVerifier({ issuer: issuer.url, audience: issuer.audience }, logger);
});

afterEach(() => issuer.close());

const unauthenticated = (message?: RegExp) =>
  expect.objectContaining({
    code: 'unauthenticated',
    ...(message && { message: expect.stringMatching(message) as string }),
  }) as Error;

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Takes a good token's claims, and signs them otherwise. */
async function forged(
  header: object,
  sign: (input: string, header: object) => string = () => '',
): Promise<string> {
  const [, claims] = (await issuer.token()).split('.');
  const input = `${base64(header)}.${claims}`;
  return `${input}.${sign(input, header)}`;
}

describe('TokenVerifier', () => {
  it('says who asks, and what they may', async () => {
    const token = await issuer.token({ scope: 'users:read users:write', sub: 'grace' });
    const expiresAt = expect.any(Number) as number;
    const caller = { subject: 'grace', scopes: new Set(['users:read', 'users:write']), expiresAt };
    expect(await verifier.verify(token)).toEqual(caller);
    expect(await verifier.verify(token)).toEqual(caller);
  });

  it('takes the client for the subject of a token without one', async () => {
    const token = await issuer.token({ sub: undefined, client_id: 'nightly', scope: undefined });
    expect(await verifier.verify(token)).toMatchObject({ subject: 'nightly', scopes: new Set() });
  });

  it.each<[string, Record<string, unknown>, TokenOptions, RegExp]>([
    ['another audience', { aud: 'https://other.example' }, {}, /aud/],
    ['no audience', { aud: undefined }, {}, /aud/],
    ['another issuer', { iss: 'https://other.example' }, {}, /iss/],
    ['no end', { exp: undefined }, {}, /exp/],
    ['an end that is over', {}, { expiresIn: -11 }, /expired/],
    ['a beginning that is to come', {}, { notBefore: 20 }, /not valid yet/],
    ['the type of an id token', {}, { typ: 'JWT' }, /typ/],
    ['nobody', { sub: undefined, client_id: undefined }, {}, /nobody/],
    ['a name with a line break', { sub: 'ada\nroot' }, {}, /nobody/],
    ['a name of 256 characters', { sub: 'a'.repeat(256) }, {}, /nobody/],
  ])('refuses a token with %s', async (_, claims, options, message) => {
    await expect(verifier.verify(await issuer.token(claims, options))).rejects.toEqual(
      unauthenticated(message),
    );
  });

  it('takes the type of RFC 9068 in its long form, and an audience among others', async () => {
    const token = await issuer.token({ aud: ['other', issuer.audience] }, { typ: 'application/at+jwt' });
    await expect(verifier.verify(token)).resolves.toMatchObject({ subject: 'ada' });
  });

  it('lets clocks differ by ten seconds', async () => {
    await expect(verifier.verify(await issuer.token({}, { expiresIn: -5 }))).resolves.toBeDefined();
    await expect(verifier.verify(await issuer.token({}, { notBefore: 5 }))).resolves.toBeDefined();
  });

  it('refuses a key of somebody else under the name of the issuer’s', async () => {
    const key = { ...(await makeKey('other')), kid: issuer.key.kid };
    await expect(verifier.verify(await issuer.token({}, { key }))).rejects.toEqual(
      unauthenticated(/signature/),
    );
  });

  it('refuses what is not signed', async () => {
    const { kid } = issuer.key;
    await expect(verifier.verify(await forged({ alg: 'none', typ: 'at+jwt', kid }))).rejects.toEqual(
      unauthenticated(/algorithm/),
    );
  });

  it('takes no public key for a secret', async () => {
    const { kid, publicJwk } = issuer.key;
    const secrets = [JSON.stringify(publicJwk), Buffer.from(publicJwk.x!, 'base64url')];
    for (const secret of secrets) {
      const token = await forged({ alg: 'HS256', typ: 'at+jwt', kid }, (input) =>
        createHmac('sha256', secret).update(input).digest('base64url'),
      );
      await expect(verifier.verify(token)).rejects.toEqual(unauthenticated(/algorithm/));
    }
  });

  it('trusts no key that a token brings along', async () => {
    const other = await makeKey('other');
    const [, claims] = (await issuer.token({}, { key: other })).split('.');
    const { SignJWT } = await import('jose');
    const payload = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as Record<string, unknown>;
    const token = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', jwk: other.publicJwk, jku: `${issuer.url}/keys` })
      .sign(other.privateKey);
    await expect(verifier.verify(token)).rejects.toEqual(unauthenticated());
  });

  it.each([
    ['nothing', ''],
    ['noise', randomBytes(40).toString('base64url')],
    ['three parts of noise', 'a.b.c'],
    ['five parts', 'a.b.c.d.e'],
    ['too much', 'a'.repeat(20_000)],
  ])('refuses %s', async (_, token) => {
    await expect(verifier.verify(token)).rejects.toEqual(unauthenticated());
  });

  it('does not repeat what a token holds', async () => {
    const refused = await verifier
      .verify(await issuer.token({ aud: 'secret-audience', sub: 'secret-name' }))
      .catch((error: unknown) => (error instanceof Error ? error.message : ''));
    expect(refused).toMatch(/aud/);
    expect(refused).not.toMatch(/secret/);
  });

  it('remembers a token no longer than it is valid', async () => {
    const token = await issuer.token({}, { expiresIn: 60 });
    const inTwoMinutes = new Date(Date.now() + 120_000);
    // What was verified while the keys were read is verified once more.
    await verifier.verify(token);
    await verifier.verify(token);
    await expect(verifier.verify(token, inTwoMinutes)).rejects.toEqual(unauthenticated(/expired/));
    await expect(verifier.verify(token, new Date())).resolves.toBeDefined();
  });

  it('does not take a changed token for the one that it remembers', async () => {
    const token = await issuer.token({ scope: 'users:read' });
    await verifier.verify(token);
    await verifier.verify(token);
    const [header, claims, signature] = token.split('.') as [string, string, string];
    const more = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
    const changed = `${header}.${base64({ ...more, scope: 'users:write' })}.${signature}`;
    await expect(verifier.verify(changed)).rejects.toEqual(unauthenticated(/signature/));
  });

  it('tells whether a token was valid at another time', async () => {
    const token = await issuer.token({}, { expiresIn: -3_600 });
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    await expect(verifier.verify(token, twoHoursAgo)).resolves.toBeDefined();
    await expect(verifier.verify(token)).rejects.toEqual(unauthenticated(/expired/));
  });
});
