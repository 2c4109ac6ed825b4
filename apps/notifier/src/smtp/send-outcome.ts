import type { NodemailerError } from 'nodemailer';

/** What is known after an attempt to send a mail. `code` names the reason and holds nothing of the mail. */
export type SendOutcome =
  /** The mail server has it. */
  | { readonly kind: 'accepted' }
  /** It does not have it and never will: it refused the recipient or the message for good. */
  | { readonly kind: 'refused'; readonly code: string }
  /** It does not have it; another time it may take it. */
  | { readonly kind: 'deferred'; readonly code: string }
  /** The connection ended between the message and the answer. */
  | { readonly kind: 'unknown'; readonly code: string };

/** About the session or the login, whichever command they answer: our settings are wrong, and no mail is at fault. */
const NOT_ABOUT_THE_MAIL = new Set([503, 530, 534, 535, 538]);
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

/**
 * Only a 5xx answer to the recipient or to the message is for good, and an address or message that no server could
 * take. Everything else may be over soon, or is a fault of our settings, for which no mail must be lost.
 * https://nodemailer.com/smtp tells what an error of nodemailer holds: the step (`command`) and the server's answer.
 * @param wasBodySent whether the server may have the message: then no answer at all is no answer to it
 */
export function classifyFailure(error: unknown, wasBodySent: boolean): SendOutcome {
  const failure: Partial<NodemailerError> = error instanceof Error ? error : {};
  const { code = 'unknown', command = '', responseCode } = failure;
  if (responseCode === undefined) {
    if (wasBodySent) return { kind: 'unknown', code };
    const isUnsendable = code === 'EENVELOPE' || code === 'EMESSAGE';
    return { kind: isUnsendable ? 'refused' : 'deferred', code };
  }
  const isForGood = responseCode >= 500 && !NOT_ABOUT_THE_MAIL.has(responseCode);
  const kind = isForGood && ABOUT_THE_MAIL.has(command) ? 'refused' : 'deferred';
  return { kind, code: `${command} ${responseCode}` };
}
