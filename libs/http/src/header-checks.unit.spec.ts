import { gzipSync } from 'node:zlib';
import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

const JSON_BODY = '{"name":"a"}';
const json = { 'content-type': 'application/json' };

/** Status and problem code of a request of these header lines. */
async function ask(lines: readonly string[], { requestLine = 'GET /health/live HTTP/1.1', body = '' } = {}) {
  const answer = await edge.raw([requestLine, ...lines, 'connection: close', '', body].join('\r\n'));
  expect(answer).toMatch(/x-correlation-id: [\da-f-]{36}\r\n/);
  return [Number(answer.slice(9, 12)), /"code":"([\w-]+)"/.exec(answer)?.[1]];
}

describe('an encoded body', () => {
  it.each([
    ['gzip, and is', 'gzip', gzipSync(JSON_BODY)],
    ['gzip, and is not', 'gzip', JSON_BODY],
    ['two codings', 'identity, br', JSON_BODY],
    ['a coding that nobody knows', 'x', JSON_BODY],
  ])('is refused if it says %s', async (_, coding, body) => {
    const response = await edge.post(body, { ...json, 'content-encoding': coding });
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect(response.headers.get('accept-encoding')).toBe('identity');
  });

  it('is none if it says identity', async () => {
    expect((await edge.post(JSON_BODY, { ...json, 'content-encoding': 'Identity' })).status).toBe(201);
  });

  it('is refused if its transfer is coded other than in chunks', async () => {
    const lines = ['host: x', 'content-type: application/json', 'transfer-encoding: gzip, chunked'];
    expect(await ask(lines, { requestLine: 'POST /things HTTP/1.1', body: '0\r\n\r\n' })).toEqual([
      501,
      'unsupported-transfer-coding',
    ]);
  });
});

describe('the headers of a request', () => {
  const refused = [400, 'validation-failed'];

  it.each([
    ['two hosts', ['host: a', 'host: b']],
    ['the same host twice', ['Host: a', 'HOST: a']],
    ['no host', []],
    ['two hosts in one line', ['host: a, b']],
    ['a host that is none', ['host: a/b']],
    ['a user in the host', ['host: user@a']],
    ['two media types', ['host: a', 'content-type: text/plain', 'content-type: application/json']],
    ['two authorizations', ['host: a', 'authorization: Bearer a', 'authorization: Bearer b']],
  ])('are refused with %s', async (_, lines) => {
    expect(await ask(lines)).toEqual(refused);
  });

  it.each(['a', 'a:80', 'eventfleet_1.example:3000', '[::1]:3000', '127.0.0.1', ''])(
    'may name the host %j',
    async (host) => expect((await ask([`host: ${host}`]))[0]).toBe(200),
  );

  it('need no host in HTTP/1.0', async () => {
    expect((await ask([], { requestLine: 'GET /health/live HTTP/1.0' }))[0]).toBe(200);
  });
});
