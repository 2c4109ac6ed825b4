import { compose, verificationRequest } from './compose.js';
import type { MailContent, VerificationLink } from './mail-content.js';

/** To a user's new address; one that is pending is asked to verify it, since the link of an earlier mail is void. */
export function emailChangedMail(
  name: string | undefined,
  verification: VerificationLink | undefined,
): MailContent {
  const changed = 'this is now the address of your account.';
  if (!verification) return compose('Your address was changed', name, [changed]);
  return compose('Please confirm your new address', name, [changed, ...verificationRequest(verification)]);
}
