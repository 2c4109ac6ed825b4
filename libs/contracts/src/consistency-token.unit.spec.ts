import { decodeConsistencyToken, encodeConsistencyToken } from './consistency-token.js';

const aggregateId = '0190b6e8-0000-7000-8000-000000000001';

describe('consistency token', () => {
  it('names an aggregate, its type and its version, opaquely', () => {
    const token = { aggregateType: 'user', aggregateId, version: 12 };
    expect(encodeConsistencyToken(token)).toMatch(/^[\w-]+$/);
    expect(decodeConsistencyToken(encodeConsistencyToken(token))).toEqual(token);
  });

  it('is still a token of a user in its first form, which named no type', () => {
    const first = Buffer.from(`1:${aggregateId}:12`).toString('base64url');
    expect(decodeConsistencyToken(first)).toEqual({ aggregateType: 'user', aggregateId, version: 12 });
  });

  it.each([
    '',
    'x',
    'a b',
    '1:2:3',
    Buffer.from('1:nobody:1').toString('base64url'),
    Buffer.from('2:user:nobody:1').toString('base64url'),
    Buffer.from(`2::${aggregateId}:1`).toString('base64url'),
    'A'.repeat(1_000),
  ])('is not %j', (text) => expect(decodeConsistencyToken(text)).toBeUndefined());
});
