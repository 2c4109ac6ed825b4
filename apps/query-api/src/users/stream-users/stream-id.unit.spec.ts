import { decodeStreamId, encodeStreamId } from './stream-id.js';

const mark = {
  systemIdentifier: '7612345678901234567',
  transactionId: '12345',
  globalPosition: '678',
  eventId: '0198c0de-0000-7000-8000-00000000000a',
};

describe('the id of a place in the stream', () => {
  it('is read as it was written', () => {
    expect(decodeStreamId(encodeStreamId(mark))).toEqual(mark);
    expect(decodeStreamId('0')).toMatchObject({ eventId: '' });
  });

  it.each([
    ['another text', 'abc'],
    ['a transaction that Postgres cannot have', encodeStreamId({ ...mark, transactionId: '9'.repeat(20) })],
    ['a position that Postgres cannot have', encodeStreamId({ ...mark, globalPosition: '9'.repeat(19) })],
  ])('is not %s', (_, id) => expect(decodeStreamId(id)).toBeUndefined());
});
