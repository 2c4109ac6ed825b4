import type { FastifyRequest } from 'fastify';
import { readExpectedVersion, readIdempotencyKey } from './command-headers.js';

interface Parts {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function request({ method = 'PUT', url = '/users/1', headers = {}, body = {} }: Parts): FastifyRequest {
  return { method, url, headers, body } as FastifyRequest;
}

const refusal = expect.objectContaining({ code: 'validation-failed' });

describe('If-Match', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    ['"1"', 1],
    [' "12" ', 12],
    ['"never-given"', -1],
    ['W/"1"', -1],
    ['"01"', -1],
  ])('%j expects version %j', (header, version) => {
    expect(
      readExpectedVersion(request({ headers: header === undefined ? {} : { 'if-match': header } })),
    ).toBe(version);
  });

  it.each(['1', '"1', '', '"1", "2"'])('refuses %j', (header) => {
    expect(() => readExpectedVersion(request({ headers: { 'if-match': header } }))).toThrow(refusal);
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k' };
  const fingerprint = (parts: Parts) => {
    const headers = { ...key, ...parts.headers };
    return readIdempotencyKey(request({ ...parts, headers }))?.fingerprint;
  };
  const base = { body: { name: 'Ada', tags: [1, { b: 1, a: 2 }] } };

  it('is optional, and of 1 to 255 printable characters', () => {
    expect(readIdempotencyKey(request({}))).toBeUndefined();
    expect(
      readIdempotencyKey(request({ headers: { 'idempotency-key': 'k'.repeat(255) } }))?.key,
    ).toHaveLength(255);
    for (const bad of ['', 'k'.repeat(256), 'a\tb', 'é']) {
      expect(() => readIdempotencyKey(request({ headers: { 'idempotency-key': bad } }))).toThrow(refusal);
    }
  });

  it('has one fingerprint for the same request, whatever the order of its fields', () => {
    expect(fingerprint({ body: { tags: [1, { a: 2, b: 1 }], name: 'Ada' } })).toBe(fingerprint(base));
    expect(fingerprint({ ...base, url: '/USERS/1?x' })).toBe(fingerprint(base));
  });

  it.each<[string, Parts]>([
    ['method', { ...base, method: 'PATCH' }],
    ['path', { ...base, url: '/users/2' }],
    ['If-Match', { ...base, headers: { 'if-match': '"1"' } }],
    ['body', { body: { name: 'Eve' } }],
    ['order of a list', { body: { name: 'Ada', tags: [{ b: 1, a: 2 }, 1] } }],
  ])('has another fingerprint for another %s', (_, parts) => {
    expect(fingerprint(parts)).not.toBe(fingerprint(base));
  });
});
