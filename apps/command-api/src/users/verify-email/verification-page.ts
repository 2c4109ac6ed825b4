/** The address holds the token: no cache keeps the page, and no link on it sends the address on. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
} as const;

const TEXTS: Readonly<Record<string, readonly [title: string, text: string]>> = {
  verified: ['Your email is verified', 'Thank you. You can close this page.'],
  'verification-token-invalid': [
    'This link is not valid',
    'It may be cut off, or made for an earlier email. Use the newest mail that we sent you.',
  ],
  'verification-token-expired': ['This link has expired', 'The time to verify the email is over.'],
  'user-deactivated': ['This account is deactivated', 'The email was not verified in time.'],
  'user-not-found': ['This account does not exist', 'It may have been deleted.'],
};

const OTHER = ['That did not work', 'Please try again in a moment.'] as const;

/** A short page for people. It holds nothing about the user. */
export function verificationPage(code: string): string {
  const [title, text] = TEXTS[code] ?? OTHER;
  return page(title, `<p>${text}</p>`);
}

/**
 * Asks whether the email is to be verified, and sends the token back as a form: programs that look at the links of mails
 * follow them, but press no button.
 * @param token one that was checked: its characters need no escape
 */
export function confirmationPage(token: string): string {
  return page(
    'Is this your email?',
    `<p>Confirm that this address is yours. If you did not ask for an account, close this page.</p>
<form method="post" action="verification">
<input type="hidden" name="token" value="${token}">
<button>Confirm this address</button>
</form>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1>${content}</main></body>
</html>
`;
}
