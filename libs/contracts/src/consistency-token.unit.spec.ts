import { decodeConsistencyToken, encodeConsistencyToken } from './consistency-token.js';

describe('consistency token', () => {
  it('names an aggregate and its version, opaquely', () => {
    const token = { aggregateId: '0190b6e8-0000-7000-8000-000000000001', version: 12 };
    expect(encodeConsistencyToken(token)).toMatch(/^[\w-]+$/);
    expect(decodeConsistencyToken(encodeConsistencyToken(token))).toEqual(token);
  });

  it.each(['', 'x', 'a b', '1:2:3', Buffer.from('1:nobody:1').toString('base64url'), 'A'.repeat(1_000)])(
    'is not %j',
    (text) => expect(decodeConsistencyToken(text)).toBeUndefined(),
  );
});
