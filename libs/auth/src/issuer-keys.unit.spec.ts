import { makeKey, startTestIssuer, type TestIssuer } from '@eventfleet/testing';
import { pino } from 'pino';
import { issuerUnreachable } from './auth.metrics.js';
import { TokenVerifier } from './token-verifier.js';

const unauthenticated = expect.objectContaining({ code: 'unauthenticated' }) as Error;
const unavailable = expect.objectContaining({ code: 'issuer-unavailable' }) as Error;

let issuer: TestIssuer;
let logged: string[];

beforeEach(async () => {
  issuer = await startTestIssuer();
  logged = [];
});

afterEach(() => issuer.close());

function verifierOf(settings: { jwksUrl?: string } = {}): TokenVerifier {
  const logger = pino({}, { write: (line) => logged.push(line) });
  return new TokenVerifier({ issuer: issuer.url, audience: issuer.audience, ...settings }, logger);
}

const isUnreachable = async () => (await issuerUnreachable.get()).values[0]?.value;
const keysRead = () => issuer.requests.get('/keys') ?? 0;

describe('the keys of the issuer', () => {
  it('are read once for any number of tokens', async () => {
    const verifier = verifierOf();
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => issuer.token({ n })));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(keysRead()).toBe(1);
  });

  it('are read again for a token of a key that is new, at once', async () => {
    const verifier = verifierOf();
    const before = await issuer.token();
    await verifier.verify(before);
    await issuer.rotate();
    await expect(verifier.verify(await issuer.token())).resolves.toBeDefined();
    await expect(verifier.verify(before)).resolves.toBeDefined();
    expect(keysRead()).toBe(2);
  });

  it('that the issuer has withdrawn verify nothing any more, nor what they verified before', async () => {
    const verifier = verifierOf();
    const before = await issuer.token();
    await verifier.verify(before);
    await verifier.verify(before);
    await issuer.rotate({ keepsOld: false });
    await verifier.verify(await issuer.token());
    await expect(verifier.verify(before)).rejects.toEqual(unauthenticated);
  });

  it('are not asked for at every token of a key that nobody has', async () => {
    const verifier = verifierOf();
    await verifier.verify(await issuer.token());
    const keys = await Promise.all(Array.from({ length: 30 }, (_, n) => makeKey(`made-up-${n}`)));
    const tokens = await Promise.all(keys.map((key) => issuer.token({}, { key })));
    const outcomes = await Promise.allSettled(tokens.map((token) => verifier.verify(token)));
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as unknown))).toEqual(
      outcomes.map(() => unauthenticated),
    );
    expect(keysRead()).toBeLessThanOrEqual(3);
  });

  it('go on while the issuer is away, for tokens that are new as well', async () => {
    const verifier = verifierOf();
    await verifier.verify(await issuer.token());
    issuer.isAway = true;
    const other = await makeKey('unknown');
    await expect(verifier.verify(await issuer.token({}, { key: other }))).rejects.toEqual(unavailable);
    const asked = issuer.requests.get('/.well-known/openid-configuration');
    await expect(verifier.verify(await issuer.token({ sub: 'grace' }))).resolves.toMatchObject({
      subject: 'grace',
    });
    await expect(verifier.verify(await issuer.token({}, { key: other }))).rejects.toEqual(unavailable);
    expect(issuer.requests.get('/.well-known/openid-configuration')).toBe(asked);
    expect(logged.filter((line) => line.includes('cannot be read'))).toHaveLength(1);
    expect(await isUnreachable()).toBe(1);
  });

  it('are found once an issuer that was away at the start comes back', async () => {
    const verifier = verifierOf();
    issuer.isAway = true;
    const token = await issuer.token();
    await expect(verifier.verify(token)).rejects.toEqual(unavailable);
    expect(() => verifier.assertReady()).toThrow('not read yet');
    issuer.isAway = false;
    const deadline = Date.now() + 10_000;
    let last: unknown;
    do {
      last = await verifier.verify(token).catch((error: unknown) => error);
      if (last instanceof Error) await new Promise((resolve) => setTimeout(resolve, 50));
    } while (last instanceof Error && Date.now() < deadline);
    expect(last).toMatchObject({ subject: 'ada' });
    verifier.assertReady();
    expect(await isUnreachable()).toBe(0);
  });

  it('come from the address that is set, without discovery', async () => {
    const verifier = verifierOf({ jwksUrl: `${issuer.url}/keys` });
    await verifier.verify(await issuer.token());
    expect([...issuer.requests.keys()]).toEqual(['/keys']);
  });

  it.each([
    ['of another issuer', { issuer: 'https://other.example' }],
    ['without an address of keys', { jwks_uri: undefined }],
    ['with an address that is none', { jwks_uri: 'file:///etc/passwd' }],
  ])('are not taken from a discovery document %s', async (_, discovery) => {
    issuer.discovery = discovery;
    await expect(verifierOf().verify(await issuer.token())).rejects.toEqual(unavailable);
    expect(keysRead()).toBe(0);
  });
});
