import { randomUUID } from 'node:crypto';
import { signVerificationToken } from '@eventfleet/contracts';
import { startFleet, type Fleet } from './support/fleet.js';
import { follow, followAndConfirm } from './support/follow-link.js';
import { reflecting, send, type Answer } from './support/http.js';
import { expectProblem } from './support/problem.js';
import { createUserAt, emailOf } from './support/users.js';

const SECRET = 'a-secret-that-only-this-test-knows';
const IN_AN_HOUR = new Date(Date.now() + 3_600_000);
const AN_HOUR_AGO = new Date(Date.now() - 3_600_000);

let fleet: Fleet;
let users: string;
let queries: string;

beforeAll(async () => {
  fleet = await startFleet('onboarding', {
    projectors: 1,
    queryApis: 1,
    env: { ONBOARDING: 'on', VERIFICATION_SECRET: SECRET },
  });
  users = `${fleet.commandApis[0]!.url}/users`;
  queries = `${fleet.queryApis[0]!.url}/users`;
});
afterAll(() => fleet.stop());

function tokenFor(userId: string, email = emailOf(userId), expiresAt = IN_AN_HOUR): string {
  return signVerificationToken({ userId, email, expiresAt }, SECRET);
}

const verify = (id: string, token: unknown, headers?: Record<string, string>) =>
  send('POST', `${users}/${id}/verification`, { token }, headers);

const seenAfter = (command: Answer, address: string) => send('GET', address, undefined, reflecting(command));

const linkOf = (id: string, token: string) => `${users}/${id}/verification?token=${token}&utm_source=mail`;

describe('a user with onboarding on', () => {
  it('is pending until the email is verified, and active from then on', async () => {
    const id = randomUUID();
    const created = await send('POST', users, { id, name: 'Ada', email: emailOf(id) });
    expect((await seenAfter(created, `${queries}/${id}`)).body).toMatchObject({
      status: 'pending',
      version: 1,
    });
    const pending = await seenAfter(created, `${queries}?status=pending&email=${emailOf(id)}`);
    expect(pending.body.items).toMatchObject([{ id, status: 'pending' }]);

    const verified = await verify(id, tokenFor(id));
    expect([verified.status, verified.body]).toEqual([200, { id, version: 2 }]);
    expect(verified.headers.get('etag')).toBe('"2"');
    expect((await seenAfter(verified, `${queries}/${id}`)).body).toMatchObject({
      status: 'active',
      version: 2,
    });
    for (const [status, found] of [
      ['active', 1],
      ['pending', 0],
    ] as const) {
      // prettier-ignore
      const { body } = await seenAfter(verified, `${queries}?status=${status}&email=${emailOf(id)}`);
      expect(body.items).toHaveLength(found);
    }

    const again = await verify(id, tokenFor(id));
    expect([again.status, again.body]).toEqual([200, { id, version: 2 }]);
  });

  it('verifies once under an idempotency key, whatever the token is worth by then', async () => {
    const id = await createUserAt(users);
    const soon = tokenFor(id, emailOf(id), new Date(Date.now() + 1_500));
    const key = { 'Idempotency-Key': randomUUID() };
    const first = await verify(id, soon, key);
    const second = await verify(id, soon, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
    expectProblem(await verify(id, tokenFor(id), key), 422, 'idempotency-key-reused');
  });

  it('stays pending with a token that is wrong, expired or for an earlier email', async () => {
    const id = await createUserAt(users);
    const email = `new-${emailOf(id)}`;
    expectProblem(await verify(id, 'token'), 403, 'verification-token-invalid');
    expectProblem(await verify(id, tokenFor(randomUUID())), 403, 'verification-token-invalid');
    expectProblem(
      await verify(id, tokenFor(id, emailOf(id), AN_HOUR_AGO)),
      403,
      'verification-token-expired',
    );
    expectProblem(await verify(id, undefined), 400, 'validation-failed');
    expect((await send('PUT', `${users}/${id}`, { email })).body.version).toBe(2);
    expectProblem(await verify(id, tokenFor(id)), 403, 'verification-token-invalid');

    expect((await verify(id, tokenFor(id, email))).body).toEqual({ id, version: 3 });
  });

  it('who is deleted cannot be verified', async () => {
    const id = await createUserAt(users);
    await send('DELETE', `${users}/${id}`);

    expectProblem(await verify(id, tokenFor(id)), 404, 'user-not-found');
    expect((await followAndConfirm(linkOf(id, tokenFor(id)))).status).toBe(404);
  });
});

describe('the link of a mail', () => {
  const versionOf = async (id: string) => (await send('PUT', `${users}/${id}`, {})).body.version;

  it('asks on a page, which tells nothing else, and changes nothing', async () => {
    const id = await createUserAt(users);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const { status, headers, text } = await follow(linkOf(id, tokenFor(id)), { method });
      expect(status).toBe(200);
      if (method === 'GET') expect(text).toContain('<button>Confirm this address</button>');
      expect(text).not.toMatch(/Ada|example\.org/);
      expect(text).not.toContain(id);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; form-action 'self'");
    }
    expect(await versionOf(id)).toBe(1);
  });

  it('verifies once its button is pressed, says so, and can be followed again', async () => {
    const id = await createUserAt(users);
    for (let press = 0; press < 2; press++) {
      const { status, headers, text } = await followAndConfirm(linkOf(id, tokenFor(id)));
      expect(status).toBe(200);
      expect(text).toContain('<h1>Your email is verified</h1>');
      expect(text).not.toMatch(/Ada|example\.org/);
      expect(text).not.toContain(id);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
    expect(await versionOf(id)).toBe(2);
  });

  it('that is wrong or too late is a page too', async () => {
    const id = await createUserAt(users);
    const wrong = await follow(linkOf(id, 'token'));
    const late = await followAndConfirm(linkOf(id, tokenFor(id, emailOf(id), AN_HOUR_AGO)));

    expect([wrong.status, late.status]).toEqual([403, 403]);
    expect(wrong.text).toContain('<h1>This link is not valid</h1>');
    expect(late.text).toContain('<h1>This link has expired</h1>');
    expect(await versionOf(id)).toBe(1);
  });

  it('leaves no token in the log', async () => {
    const id = await createUserAt(users);
    const token = tokenFor(id);
    await followAndConfirm(linkOf(id, token));
    await followAndConfirm(linkOf(id, `${token}x`));
    await verify(id, token);
    await send('POST', `${users}/${id}/verification?token=${token}`, { token: [token] });

    const app = fleet.commandApis[0]!;
    await app.stop();
    expect(app.logs()).toContain('"route":"/users/:id/verification"');
    expect(app.logs()).not.toContain(token.slice(0, 40));
  });
});

describe('without onboarding', () => {
  const start = (env: Record<string, string>) =>
    fleet.start('command-api', { ONBOARDING: 'off', VERIFICATION_SECRET: '', ...env });

  it('users are active at once, and those who wait can still verify where there is a secret', async () => {
    const app = await start({ VERIFICATION_SECRET: SECRET });
    const id = await createUserAt(`${app.url}/users`);
    const answer = await send('POST', `${app.url}/users/${id}/verification`, { token: tokenFor(id) });
    await app.stop();

    expect([answer.status, answer.body]).toEqual([200, { id, version: 1 }]);
  });

  it('and without a secret there is nothing at the address', async () => {
    const app = await start({});
    const answer = await send('POST', `${app.url}/users/${randomUUID()}/verification`, { token: 'x' });
    await app.stop();

    expectProblem(answer, 404, 'not-found');
  });

  it('onboarding without a secret is refused with the name that is missing', async () => {
    const started = fleet.start('command-api', { VERIFICATION_SECRET: '' });

    await expect(started).rejects.toThrow('VERIFICATION_SECRET: is needed if ONBOARDING is on');
  });
});
