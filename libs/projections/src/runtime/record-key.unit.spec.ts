import { isAggregateId, keyOf } from './record-key.js';

describe('the key of a record', () => {
  it.each([
    ['itself', Buffer.from('0198c0de-0000-7000-8000-000000000001'), '0198c0de-0000-7000-8000-000000000001'],
    ['itself, whatever its letters', Buffer.from('käse 漢'), 'käse 漢'],
    ['the empty one', Buffer.alloc(0), ''],
    ['the empty one where there is none', null, ''],
    ['hex where it cannot be shown', Buffer.from('a\u0000b'), 'hex:610062'],
    ['hex where it is no UTF-8', Buffer.from([0xc3, 0x28]), 'hex:c328'],
    ['the start of it where it is long', Buffer.alloc(100_000, 'k'), `hex:${'6b'.repeat(64)}`],
  ])('reads as %s', (_, key, text) => {
    expect(keyOf(key)).toBe(text);
  });

  it('is an id only in lower case', () => {
    expect(isAggregateId('0198c0de-0000-7000-8000-00000000000a')).toBe(true);
    expect(isAggregateId('0198C0DE-0000-7000-8000-00000000000A')).toBe(false);
    expect(isAggregateId('')).toBe(false);
  });
});
