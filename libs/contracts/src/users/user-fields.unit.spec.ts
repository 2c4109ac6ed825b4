import { userEmail, userId, userName } from './user-fields.js';

describe('user fields', () => {
  it.each([
    ' Ada ',
    `${' '.repeat(900)}Ada`,
    'x',
    'x'.repeat(200),
    '🦊'.repeat(200),
    `  ${'漢'.repeat(200)}  `,
    "O'Neil",
    '!',
    // Joiners: Sinhala, Persian, Malayalam, a family, the flag of Scotland, a heart in colour.
    'ශ්\u200dරී',
    'نامه\u200cای',
    'അവന്\u200d',
    '👩\u200d👩\u200d👧',
    '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    '❤\ufe0f',
    'עדה',
  ])('take the name %j', (name) => expect(userName.parse(name)).toBe(name.trim()));
  it.each(['', '   ', 'x'.repeat(201), '🦊'.repeat(201), 'a\nb', 'a\u0000', '\ud800', 7, null])(
    'refuse the name %j',
    (name) => expect(userName.safeParse(name).success).toBe(false),
  );
  it.each([
    '\u200b',
    '\u200d',
    '\u200b \u2060\u00ad',
    '\u3164',
    '\u2800',
    '\u0301',
    '\u{e0067}',
    'Ada\u202eevil',
    '\u2066Ada\u2069',
    'Ada\u200f',
    '\u061cAda',
    'Ada\u206a',
    'Ada\u2028King',
    'Ada\u0085',
  ])('refuse %j, of which nothing is seen or which reorders what is', (name) => {
    expect(userName.safeParse(name).success).toBe(false);
  });
  it('lower-case the id', () => {
    expect(userId.parse('0190B6E8-0000-7000-8000-00000000000A')).toBe('0190b6e8-0000-7000-8000-00000000000a');
    expect(userId.safeParse('0190B6E8').success).toBe(false);
  });
  it('keep the email as given', () => {
    expect(userEmail.parse('Ada.L+x@Example.org')).toBe('Ada.L+x@Example.org');
    for (const email of ['ada', 'ada@', ' ada@example.org', `${'a'.repeat(250)}@example.org`]) {
      expect(userEmail.safeParse(email).success).toBe(false);
    }
  });
});
