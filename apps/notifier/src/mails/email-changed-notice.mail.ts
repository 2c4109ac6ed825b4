import { compose } from './compose.js';
import type { MailContent } from './mail-content.js';

/** To the address that a user had before. It does not say which one is used now: somebody else may read it. */
export function emailChangedNoticeMail(name: string | undefined): MailContent {
  return compose('Your address was changed', name, [
    'your account has another address now, and we will not write to this one any more.',
    'If that was not your doing, please tell us at once.',
  ]);
}
