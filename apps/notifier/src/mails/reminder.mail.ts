import { compose, verificationRequest } from './compose.js';
import type { MailContent, VerificationLink } from './mail-content.js';

/** To a user who has not verified the address yet. */
export function reminderMail(name: string | undefined, verification: VerificationLink): MailContent {
  return compose('Reminder: please confirm your address', name, [
    'your account still waits for you.',
    ...verificationRequest(verification),
    'Without this confirmation it is closed then.',
  ]);
}
