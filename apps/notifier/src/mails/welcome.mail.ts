import { compose, verificationRequest } from './compose.js';
import type { MailContent, VerificationLink } from './mail-content.js';

/** To a new user; one that is pending is asked to verify the address. */
export function welcomeMail(
  name: string | undefined,
  verification: VerificationLink | undefined,
): MailContent {
  if (!verification) return compose('Welcome', name, ['your account is ready.']);
  return compose('Welcome: please confirm your address', name, [
    'your account is almost ready.',
    ...verificationRequest(verification),
    'If you did not ask for an account, do nothing: without this confirmation it is closed.',
  ]);
}
