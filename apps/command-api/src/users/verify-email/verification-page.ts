/** The address holds the token: no cache keeps the page, and no link on it sends the address on. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
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

const OTHER = ['That did not work', 'Please follow the link again in a moment.'] as const;

/** A short page for people. It holds nothing about the user. */
export function verificationPage(code: string): string {
  const [title, text] = TEXTS[code] ?? OTHER;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
