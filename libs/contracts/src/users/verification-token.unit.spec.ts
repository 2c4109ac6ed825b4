import { readVerificationToken, signVerificationToken, verificationDigest } from './verification-token.js';

const secret = 'a-secret-that-only-this-test-knows';
const userId = '0190b6e8-5c1a-7000-8000-000000000001';
const now = new Date('2026-01-01T00:00:00Z');
const token = signVerificationToken(
  { userId, email: 'Ada@example.org', expiresAt: new Date('2026-01-08T00:00:00Z') },
  secret,
);

describe('verification token', () => {
  it('is valid for its user until it expires, and names the email that it was made for', () => {
    expect(readVerificationToken(token, userId, secret, now)).toEqual({
      kind: 'valid',
      emailDigest: verificationDigest('ada@EXAMPLE.org'),
    });
    expect(readVerificationToken(token, userId, secret, new Date('2026-01-08T00:00:00Z'))).toEqual({
      kind: 'expired',
      emailDigest: verificationDigest('ada@example.org'),
    });
  });

  it('shows no email', () => {
    expect(Buffer.from(token.split('.')[2]!, 'base64url').toString()).not.toMatch(/ada/i);
  });

  it.each([
    ['another user', token, '0190b6e8-5c1a-7000-8000-000000000002', secret],
    ['another secret', token, userId, 'another-secret-that-is-long-enough'],
    ['a later expiry', token.replace(/^1\.\d+/, '1.4102444800'), userId, secret],
    ['another email', token.replace(/\.[\w-]{43}\./, `.${verificationDigest('eve@x.org')}.`), userId, secret],
    ['no shape', 'token', userId, secret],
  ])('is worthless with %s', (_, text, user, key) => {
    expect(readVerificationToken(text, user, key, now)).toEqual({ kind: 'invalid' });
  });
});
