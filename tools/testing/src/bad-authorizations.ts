import { createHmac } from 'node:crypto';
import { makeKey, type TestIssuer } from './test-issuer.js';

/** What nobody may be let in with, by what is wrong: the value of the header `authorization`, or none. */
export async function badAuthorizations(
  issuer: TestIssuer,
  scope: string,
): Promise<readonly (readonly [name: string, authorization: string | undefined])[]> {
  const { kid, publicJwk } = issuer.key;
  const good = await issuer.token({ scope });
  const token = async (...given: Parameters<TestIssuer['token']>) =>
    `Bearer ${await issuer.token({ scope, ...given[0] }, given[1])}`;
  const secret = JSON.stringify(publicJwk);
  return [
    ['no token', undefined],
    ['an empty header', ''],
    ['another scheme', `Basic ${Buffer.from('ada:secret').toString('base64')}`],
    ['no token behind the scheme', 'Bearer'],
    ['noise', 'Bearer noise'],
    ['expired', await token({}, { expiresIn: -60 })],
    ['not valid yet', await token({}, { notBefore: 60 })],
    ['wrong audience', await token({ aud: 'https://other.example' })],
    ['wrong issuer', await token({ iss: 'https://other.example' })],
    ['wrong key', await token({}, { key: { ...(await makeKey('other')), kid } })],
    ['unknown key', await token({}, { key: await makeKey('unknown') })],
    ['an id token', await token({}, { typ: 'JWT' })],
    ['alg none', `Bearer ${resigned(good, { alg: 'none', typ: 'at+jwt', kid }, () => '')}`],
    [
      'HS256 with the public key',
      `Bearer ${resigned(good, { alg: 'HS256', typ: 'at+jwt', kid }, (input) =>
        createHmac('sha256', secret).update(input).digest('base64url'),
      )}`,
    ],
    ['a changed claim', `Bearer ${withClaims(good, { scope: `${scope} fleet:operate` })}`],
  ];
}

function resigned(token: string, header: object, sign: (input: string) => string): string {
  const input = `${encoded(header)}.${token.split('.')[1]}`;
  return `${input}.${sign(input)}`;
}

function withClaims(token: string, claims: object): string {
  const [header, payload, signature] = token.split('.');
  const before = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
  return `${header}.${encoded({ ...before, ...claims })}.${signature}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
