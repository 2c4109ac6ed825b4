import { addressOf, clientOf } from './client.js';

describe('a client', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1::1', '2001:db8:0:1'],
    ['2001:0db8:0000:0001:ffff::', '2001:db8:0:1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('at %s is %s', (ip, client) => expect(addressOf({ ip })).toBe(client));

  it('who is authenticated is the same from every address', () => {
    const caller = { subject: 'shop', scopes: new Set<string>(), expiresAt: 0 };
    const ip = '192.0.2.1';
    expect(clientOf({ ip, caller })).toBe('subject shop');
    expect(clientOf({ ip, caller: undefined })).toBe('192.0.2.1');
  });
});
