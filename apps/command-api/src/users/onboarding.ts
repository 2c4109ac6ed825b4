import type { OnboardingSettings } from '@eventfleet/config';
import { readVerificationToken } from '@eventfleet/contracts';
import { VerificationTokenInvalid } from './user.errors.js';

/** What a token that was made here says: for which email, and whether its time is over. */
export interface CheckedToken {
  readonly emailDigest: string;
  readonly isExpired: boolean;
}

/** Whether new users have to verify their email, and how the tokens that do it are read. */
export class Onboarding {
  constructor(private readonly settings: OnboardingSettings) {}

  /** New users start as pending. */
  get isOn(): boolean {
    return this.settings.isOn;
  }

  /** Also where onboarding is off by now: users who wait for it can still verify. */
  get canVerify(): boolean {
    return this.settings.verificationSecret !== undefined;
  }

  /** @throws VerificationTokenInvalid for a token that was not made here, or was made for another user */
  readToken(token: string, userId: string, now: Date): CheckedToken {
    const { verificationSecret: secret } = this.settings;
    const reading = secret === undefined ? undefined : readVerificationToken(token, userId, secret, now);
    if (!reading || reading.kind === 'invalid') throw new VerificationTokenInvalid();
    return { emailDigest: reading.emailDigest, isExpired: reading.kind === 'expired' };
  }
}
