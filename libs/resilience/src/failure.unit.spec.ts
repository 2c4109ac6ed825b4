import { describeFailure } from './failure.js';

const ours = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('describeFailure', () => {
  it('takes the words of an error with a code of ours', () => {
    expect(describeFailure(ours('version-mismatch', 'it is at version 3'))).toEqual({
      code: 'version-mismatch',
      message: 'it is at version 3',
    });
  });

  it('bounds them', () => {
    expect(describeFailure(ours('too-long', 'x'.repeat(9_999))).message).toHaveLength(500);
  });

  it('names only the kind and place of a parser error, as parsers quote what they read', () => {
    const failure = describeFailure(errorOf(() => JSON.parse('{"name": Ada}')));

    expect(failure.code).toBe('SyntaxError');
    expect(failure.message).toMatch(/^SyntaxError at [\w.-]+:\d+$/);
    expect(JSON.stringify(failure)).not.toContain('Ada');
  });

  it('quotes nothing of a message that looks like a stack', () => {
    const failure = describeFailure(new Error('no\n    at Ada (/home/ada.ts:1:2)'));

    expect(failure.message).toMatch(/^Error at failure\.unit\.spec\.ts:\d+$/);
  });

  it('takes the code of Postgres', () => {
    expect(describeFailure(ours('22P02', 'invalid input syntax: "Ada"'))).toMatchObject({ code: '22P02' });
  });

  it('says that something else was thrown', () => {
    expect(describeFailure('Ada')).toEqual({ code: 'unknown', message: 'a thrown string' });
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
