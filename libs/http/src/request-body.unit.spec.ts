import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

describe('a request body', () => {
  it.each([
    ['malformed JSON', '{"name":'],
    ['a text that is not UTF-8', Buffer.from('{"name":"\u00ff"}', 'latin1')],
    ['a __proto__ member', '{"name":"a","__proto__":{"admin":true}}'],
    ['a constructor.prototype member', '{"name":"a","constructor":{"prototype":{}}}'],
    ['an empty body', ''],
    ['an array', '[]'],
    ['null', 'null'],
  ])('is refused as a whole: %s', async (_, body) => {
    const refused = { status: 400, code: 'validation-failed', errors: [{ path: '' }] };
    expect(await problemOf(await edge.post(body))).toMatchObject(refused);
  });

  it('is refused with the path of every field that is wrong', async () => {
    const problem = await problemOf(await edge.post('{"nested":{"size":"1","x":1},"y":1,"z":1}'));
    const paths = problem.errors?.map(({ path }) => path).toSorted();
    expect(paths).toEqual(['name', 'nested.size', 'nested.x', 'y', 'z']);
  });

  it('is refused with a bounded list of errors', async () => {
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, 1]));
    expect((await problemOf(await edge.post(JSON.stringify(fields)))).errors).toHaveLength(20);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json-patch+json',
    'application/jsonx',
    ';',
  ])('is refused with the media type %s', async (contentType) => {
    const problem = await problemOf(await edge.post('{"name":"a"}', { 'content-type': contentType }));
    expect(problem).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  it('is refused without a media type', async () => {
    const problem = await problemOf(await edge.post(Buffer.from('{"name":"a"}'), {}));
    expect(problem).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  it('may name its charset', async () => {
    const response = await edge.post('{"name":"ü"}', { 'content-type': 'application/json; charset=utf-8' });
    expect(await response.json()).toMatchObject({ body: { name: 'ü' } });
  });

  it('is refused above 64 KiB, and the next request works', async () => {
    const problem = await problemOf(await edge.post(JSON.stringify({ name: 'a'.repeat(64 * 1024) })));
    expect(problem).toMatchObject({ status: 413, code: 'payload-too-large' });
    expect((await edge.post('{"name":"a"}')).status).toBe(201);
  });

  it('is refused above 64 KiB where its length is not announced', async () => {
    const body = JSON.stringify({ name: 'a'.repeat(64 * 1024) });
    const answer = await edge.raw(
      `POST /things HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n` +
        `transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"payload-too-large"');
  });
});
