import { signVerificationToken, verificationDigest } from '@eventfleet/contracts';
import { Onboarding } from './onboarding.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const verificationSecret = 'a-secret-that-only-this-test-knows';
const expiresAt = new Date('2026-01-08T00:00:00Z');
const token = signVerificationToken({ userId: ID, email: 'Ada@example.org', expiresAt }, verificationSecret);
const before = new Date('2026-01-01T00:00:00Z');

describe('onboarding', () => {
  const off = new Onboarding({ isOn: false, timeoutMs: 1 });
  const on = new Onboarding({ isOn: true, timeoutMs: 1, verificationSecret });

  it('can verify wherever there is a secret', () => {
    expect([off.isOn, off.canVerify]).toEqual([false, false]);
    expect([on.isOn, on.canVerify]).toEqual([true, true]);
    expect(new Onboarding({ isOn: false, timeoutMs: 1, verificationSecret }).canVerify).toBe(true);
  });

  it('reads for which email a token was made, and whether its time is over', () => {
    const emailDigest = verificationDigest('ada@example.org');
    expect(on.readToken(token, ID, before)).toEqual({ emailDigest, isExpired: false });
    expect(on.readToken(token, ID, expiresAt)).toEqual({ emailDigest, isExpired: true });
  });

  it('takes no token that it cannot read, or that was made for another user', () => {
    const refusal = expect.objectContaining({ code: 'verification-token-invalid' });
    expect(() => off.readToken(token, ID, before)).toThrow(refusal);
    expect(() => on.readToken('', ID, before)).toThrow(refusal);
    expect(() => on.readToken(token, ID.replace('1', '2'), before)).toThrow(refusal);
  });
});
