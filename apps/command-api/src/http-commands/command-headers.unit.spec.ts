import type { Caller } from '@eventfleet/auth';
import type { FastifyRequest } from 'fastify';
import { readIdempotencyKey } from './command-headers.js';

interface Parts {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly caller?: Caller;
}

function request({
  method = 'PUT',
  url = '/users/1',
  headers = {},
  body = {},
  caller,
}: Parts): FastifyRequest {
  return { method, url, headers, body, caller } as FastifyRequest;
}

const callerNamed = (subject: string): Caller => ({ subject, scopes: new Set(), expiresAt: 0 });

const refusal = expect.objectContaining({ code: 'validation-failed' });

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

  it('is the own one of who is authenticated, and else as it was sent', () => {
    const keyOf = (subject?: string) =>
      readIdempotencyKey(request({ headers: key, ...(subject && { caller: callerNamed(subject) }) }))?.key;
    expect(keyOf()).toBe('k');
    expect(keyOf('a')).toBe(keyOf('a'));
    expect(new Set([keyOf(), keyOf('a'), keyOf('b')]).size).toBe(3);
    expect(keyOf('a')).toMatch(/^k\n[\w-]{43}$/);
  });

  it('has one fingerprint for the same request, whatever the order of its fields', () => {
    expect(fingerprint({ body: { tags: [1, { a: 2, b: 1 }], name: 'Ada' } })).toBe(fingerprint(base));
    expect(fingerprint({ ...base, url: '/USERS/1?x' })).toBe(fingerprint(base));
    const tags = (ifMatch: string) => fingerprint({ ...base, headers: { 'if-match': ifMatch } });
    expect(tags(' "1",,"7"')).toBe(tags('"1", "7"'));
  });

  it.each<[string, Parts]>([
    ['method', { ...base, method: 'PATCH' }],
    ['path', { ...base, url: '/users/2' }],
    ['If-Match', { ...base, headers: { 'if-match': '"1"' } }],
    ['If-Match of any version', { ...base, headers: { 'if-match': '*' } }],
    ['body', { body: { name: 'Eve' } }],
    ['order of a list', { body: { name: 'Ada', tags: [{ b: 1, a: 2 }, 1] } }],
  ])('has another fingerprint for another %s', (_, parts) => {
    expect(fingerprint(parts)).not.toBe(fingerprint(base));
  });
});
