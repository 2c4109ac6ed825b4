import type { FastifyRequest } from 'fastify';
import { IF_MATCH_HEADER, readIfMatch, refuseUnsupportedPreconditions } from './preconditions.js';

const request = (headers: Record<string, string>) => ({ headers }) as FastifyRequest;
const ifMatch = (header: string) => readIfMatch(request({ 'if-match': header }));

const isDescribed = (header: string) => IF_MATCH_HEADER['If-Match']!.schema.safeParse(header).success;

const refusal = expect.objectContaining({ code: 'validation-failed' });

describe('If-Match', () => {
  it('is optional, and with * asks for no version', () => {
    expect(readIfMatch(request({}))).toBeUndefined();
    expect(ifMatch(' * ')).toEqual({ tags: ['*'], versions: undefined });
  });

  it.each([
    ['"1"', [1]],
    [' "12" ', [12]],
    ['"1", "7"', [1, 7]],
    ['"1","7"', [1, 7]],
    [', "1" ,, "7",', [1, 7]],
    ['"a,b", "7"', [7]],
    ['"never-given"', []],
    ['W/"1"', []],
    ['W/"1", "2"', [2]],
    ['"01"', []],
    [`${'"1", '.repeat(99)}"2"`, [...Array(99).fill(1), 2]],
  ])('%j expects one of the versions %j', (header, versions) => {
    expect(ifMatch(header)?.versions).toEqual(versions);
    expect(isDescribed(header)).toBe(true);
  });

  it.each(['1', '"1', '', ',', '"1" "2"', '*, "1"', 'w/"1"', '"1";'])('refuses %j', (header) => {
    expect(() => ifMatch(header)).toThrow(refusal);
    expect(isDescribed(header)).toBe(false);
  });

  it('refuses more than 100 tags', () => {
    expect(() => ifMatch('"1", '.repeat(101))).toThrow(refusal);
  });
});

describe('a precondition that is not checked', () => {
  const date = 'Sun, 29 Nov 2026 20:00:00 GMT';

  it.each([
    { 'if-none-match': '*' },
    { 'if-none-match': '"1"', 'if-match': '"1"' },
    { 'if-unmodified-since': date },
    { 'if-modified-since': date, 'if-match': '"1"' },
    { 'if-range': '"1"' },
  ])('is refused: %j', (headers) => {
    expect(() => refuseUnsupportedPreconditions(request(headers), false)).toThrow(refusal);
  });

  it('is If-Match too if there is no version yet', () => {
    expect(() => refuseUnsupportedPreconditions(request({ 'if-match': '*' }), true)).toThrow(refusal);
    expect(() => refuseUnsupportedPreconditions(request({ 'if-match': '*' }), false)).not.toThrow();
  });

  it('is let through beside the one that takes its place', () => {
    const headers = { 'if-unmodified-since': date, 'if-match': '"1"' };
    expect(() => refuseUnsupportedPreconditions(request(headers), false)).not.toThrow();
  });
});
