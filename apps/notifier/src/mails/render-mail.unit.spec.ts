import { mailName, readVerificationToken, verificationDigest, type MailName } from '@eventfleet/contracts';
import type { NotifiedUser } from '../users/notified-user.js';
import { renderMail, type VerificationSettings } from './render-mail.js';

const verification: VerificationSettings = {
  secret: 'a-secret-that-only-this-test-knows',
  publicUrl: 'https://fleet.example.org',
  timeoutMs: 7 * 86_400_000,
};
const active: NotifiedUser = {
  id: '0190b6e8-5c1a-7000-8000-000000000001',
  name: 'Ada Lovelace',
  email: 'Ada@example.org',
  pendingSince: undefined,
  isVerified: true,
};
const pending: NotifiedUser = { ...active, pendingSince: '2026-01-01T12:30:00.000Z', isVerified: false };
const render = (mail: MailName, user: NotifiedUser, settings?: VerificationSettings) =>
  renderMail({ mail, user }, settings);

describe('every mail', () => {
  it.each(mailName.options)('%s greets whoever has shown the address to be theirs by name', (mail) => {
    const content = render(mail, { ...pending, isVerified: true }, verification)!;
    expect(content.text).toMatch(/^Hello Ada Lovelace,\n\n/);
    expect(content.html).toContain('<p>Hello Ada Lovelace,</p>');
  });

  it.each(mailName.options)('%s holds no text of the user for anybody else', (mail) => {
    const content = render(mail, pending, verification)!;
    expect(content.text).toMatch(/^Hello,\n\n/);
    expect(content.html).toContain('<p>Hello,</p>');
    expect(content.text + content.html).not.toMatch(/Ada|Lovelace/);
    expect(content.html).toContain(`<title>${content.subject}</title>`);
    expect(content.subject).toMatch(/^[\w ,:]+$/);
  });

  it.each(mailName.options)('%s is the same when it is made again', (mail) => {
    expect(render(mail, pending, verification)).toEqual(render(mail, pending, verification));
  });

  it.each([
    ['markup', `<script>alert(1)</script>`],
    ['an image', `<img src=x onerror=alert(1)>`],
    ['quotes', `"' onload='x' "`],
    ['an entity', `&lt;b&gt;`],
    ['line breaks', `Ada\r\nBcc: eve@example.org\r\n\r\nhello`],
    ['line separators', `Ada\u2028Bcc\u2029\u0085x`],
    ['a link', `Win at www.example.org`],
    ['an address', `https://evil.example/x?a="b"`],
    ['text from right to left', `\u202Egnp.exe`],
  ])('shows a name that is %s as text, in one line', (_, name) => {
    const ordinary = render('welcome', active)!;
    const { subject, text, html } = render('welcome', { ...active, name })!;
    expect(subject).toBe(ordinary.subject);
    expect(text.split('\n')).toHaveLength(ordinary.text.split('\n').length);
    expect(html.split('\n')).toHaveLength(ordinary.html.split('\n').length);
    expect(html.match(/<[^>]*>/g)).toEqual(ordinary.html.match(/<[^>]*>/g));
    expect(text + html).not.toMatch(/example|\r|\u202e|\u2028/i);
  });

  it('names no email: not the other one either', () => {
    for (const mail of mailName.options) {
      const { subject, text, html } = render(mail, pending, verification)!;
      expect(subject + text + html).not.toMatch(/ada@/i);
    }
  });
});

describe('the link', () => {
  const linkIn = (text: string) => /https:\/\/\S+/.exec(text)?.[0];

  it.each(['welcome', 'email-changed', 'reminder'] as const)(
    'of %s is good for this user and email until the time is over',
    (mail) => {
      const { text, html } = render(mail, pending, verification)!;
      const link = linkIn(text)!;
      const url = new URL(link);
      expect(url.origin + url.pathname).toBe(`https://fleet.example.org/users/${active.id}/verification`);
      expect(html).toContain(`<a href="${link}">`);
      expect(text).toContain('2026-01-08 12:30 UTC');

      const token = url.searchParams.get('token')!;
      const readAt = (now: string) =>
        readVerificationToken(token, active.id, verification.secret, new Date(now));
      expect(readAt('2026-01-08T12:29:59Z')).toMatchObject({
        kind: 'valid',
        emailDigest: verificationDigest(active.email),
      });
      expect(readAt('2026-01-08T12:30:00Z').kind).toBe('expired');
    },
  );

  it('is not for users who need none, and not without settings', () => {
    for (const [user, settings] of [[active, verification] as const, [pending, undefined] as const]) {
      expect(linkIn(render('welcome', user, settings)!.text)).toBeUndefined();
      expect(linkIn(render('email-changed', user, settings)!.text)).toBeUndefined();
      expect(render('reminder', user, settings)).toBeUndefined();
    }
  });

  it('is in no mail to an address that is not the one to verify', () => {
    expect(linkIn(render('email-changed-notice', pending, verification)!.text)).toBeUndefined();
    expect(linkIn(render('goodbye', pending, verification)!.text)).toBeUndefined();
  });
});
