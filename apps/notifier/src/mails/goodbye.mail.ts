import { compose } from './compose.js';
import type { MailContent } from './mail-content.js';

/** To a user who was deleted: the last mail. */
export function goodbyeMail(name: string | undefined): MailContent {
  return compose('Goodbye', name, ['your account was deleted, as it was asked for. Farewell!']);
}
