import { startTestIssuer, type TestIssuer } from '@eventfleet/testing';
import { ClientTokens } from './client-tokens.js';

let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await startTestIssuer();
  issuer.clients.set('saga', { secret: 'a secret: 100%', scope: 'users:write' });
});

afterEach(() => issuer.close());

const unavailable = expect.objectContaining({ code: 'issuer-unavailable' }) as Error;
const asked = () => issuer.requests.get('/token') ?? 0;

function tokensOf(clientSecret = 'a secret: 100%'): ClientTokens {
  const { url, audience } = issuer;
  return new ClientTokens({ issuer: url, audience, clientId: 'saga', clientSecret }, ['users:write']);
}

describe('ClientTokens', () => {
  it('asks once for as long as a token is good', async () => {
    const tokens = tokensOf();
    const all = await Promise.all([tokens.token(), tokens.token()]);
    expect(new Set([...all, await tokens.token()])).toHaveProperty('size', 1);
    expect(asked()).toBe(1);
  });

  it('renews a token shortly before it ends, and goes on with it while the issuer is away', async () => {
    issuer.clients.set('saga', { secret: 'a secret: 100%', scope: 'users:write', expiresIn: 2 });
    const tokens = tokensOf();
    const first = await tokens.token();
    await new Promise((resolve) => setTimeout(resolve, 1_700));
    issuer.isAway = true;
    expect(await tokens.token()).toBe(first);
    issuer.isAway = false;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await tokens.token()).not.toBe(first);
  });

  it('says that the issuer is away, and asks it again after a pause only', async () => {
    issuer.isAway = true;
    const tokens = tokensOf();
    await expect(tokens.token()).rejects.toEqual(unavailable);
    const before = issuer.requests.get('/.well-known/openid-configuration');
    await expect(tokens.token()).rejects.toEqual(unavailable);
    expect(issuer.requests.get('/.well-known/openid-configuration')).toBe(before);
  });

  it('says that the secret is wrong without showing it', async () => {
    const error = await tokensOf('wrong-secret')
      .token()
      .catch((reason: unknown) => reason);
    expect(error).toEqual(unavailable);
    expect(String(error)).toMatch(/\/token: the answer is 401/);
    expect(String(error)).not.toContain('wrong-secret');
  });
});
