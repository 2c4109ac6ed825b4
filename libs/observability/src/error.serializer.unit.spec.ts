import { describeError, serializeError } from './error.serializer.js';

describe('serializeError', () => {
  it('keeps type, code, message, stack and causes', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'E1' });
    expect(serializeError(new Error('outer', { cause }))).toMatchObject({
      type: 'Error',
      message: 'outer',
      stack: expect.stringContaining('outer'),
      cause: { type: 'TypeError', code: 'E1', message: 'inner' },
    });
  });

  it('drops what a database error says of the row', () => {
    const error = Object.assign(new Error('duplicate key'), {
      detail: 'Key (email)=(a@b.c)',
      parameters: ['a@b.c'],
    });
    expect(JSON.stringify(serializeError(error))).not.toContain('a@b.c');
  });

  it('ends a circle of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(() => JSON.stringify(serializeError(error))).not.toThrow();
  });
});

describe('describeError', () => {
  it.each([
    [new Error('broken'), 'broken'],
    [Object.assign(new AggregateError([new Error('refused ::1')]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['text', 'text'],
  ])('makes one line of %s', (error, line) => {
    expect(describeError(error)).toBe(line);
  });
});
