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
  ])('take the name %j', (name) => expect(userName.parse(name)).toBe(name.trim()));
  it.each(['', '   ', 'x'.repeat(201), '🦊'.repeat(201), 'a\nb', 'a\u0000', '\ud800', 7, null])(
    'refuse the name %j',
    (name) => expect(userName.safeParse(name).success).toBe(false),
  );
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
