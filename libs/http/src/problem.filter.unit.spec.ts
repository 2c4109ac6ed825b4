import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';

const UUID = '0198c0de-0000-7000-8000-000000000001';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

function put(path: string, headers: Record<string, string> = {}) {
  return edge.fetch(path, { method: 'PUT', headers });
}

describe('an error', () => {
  it('of the domain is answered by the table', async () => {
    expect(await problemOf(await put('/things/taken'))).toMatchObject({
      status: 409,
      code: 'name-taken',
      title: 'Taken',
      detail: 'The name is in use',
    });
  });

  it('that waiting may help carries Retry-After; its cause goes to the log only', async () => {
    const response = await put('/things/down');
    expect(response.headers.get('retry-after')).toBe('1');
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 503, code: 'store-down' });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(edge.logged.join('')).toContain('secret cause');
  });

  it('that nobody knows is a 500 that says nothing; the log has its stack', async () => {
    const problem = await problemOf(await put('/things/broken', { 'x-correlation-id': 'find me' }));
    expect(problem).toMatchObject({ status: 500, code: 'internal-error' });
    expect(JSON.stringify(problem)).not.toContain('secret');
    const line = edge.logged.find((one) => one.includes('secret detail'));
    expect(line).toContain('ThingsController.broken');
    expect(line).toContain('find me');
  });
});

describe('an address', () => {
  it.each(['/nothing', '/things/', '/', '/things/a/b', '/nothing?email=a@b.c'])(
    'is unknown: %s',
    async (path) => {
      const problem = await problemOf(await edge.fetch(path));
      expect(problem).toMatchObject({ status: 404, code: 'not-found' });
      expect(JSON.stringify(problem)).not.toContain('a@b.c');
    },
  );

  it('is unknown, whatever the body', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await edge.fetch('/nothing', { method: 'POST', headers, body: 'a=b' });
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'not-found' });
  });

  it.each(['DELETE', 'QUERY'])('has no such method: %s', async (method) => {
    const response = await edge.fetch(`/things/${UUID}`, { method });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method-not-allowed' });
  });

  it.each(['not-a-uuid', '7'.repeat(500)])('has a wrong parameter: %s', async (id) => {
    const problem = await problemOf(await edge.fetch(`/things/${id}`));
    expect(problem).toMatchObject({ status: 400, code: 'validation-failed', errors: [{ path: 'id' }] });
  });

  it('is malformed', async () => {
    const problem = await problemOf(await edge.fetch(`/things/%zz`));
    expect(problem).toMatchObject({ status: 400, code: 'validation-failed' });
  });
});

describe('what is no request', () => {
  it.each([
    [
      'headers that are too large',
      431,
      'header-fields-too-large',
      `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
    ],
    ['bytes that are not HTTP', 400, 'validation-failed', 'hello\r\n\r\n'],
  ])('is answered: %s', async (_, status, code, bytes) => {
    const answer = await edge.raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer).toMatch(/\r\nx-correlation-id: \S+\r\n/);
  });
});
