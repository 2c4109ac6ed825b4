import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';
import type { Correlation } from './index.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

function get(headers: Record<string, string> = {}) {
  return fetch(`${edge.url}/health/live`, { headers });
}

describe('correlation', () => {
  it('is taken, given to the handler and echoed', async () => {
    const response = await edge.post('{"name":"a"}', {
      'content-type': 'application/json',
      'x-correlation-id': 'order 66',
      traceparent: TRACEPARENT,
    });
    const { correlation } = (await response.json()) as { correlation: Correlation };
    expect(correlation).toEqual({ correlationId: 'order 66', traceparent: TRACEPARENT });
    expect(response.headers.get('x-correlation-id')).toBe('order 66');
    expect(response.headers.get('traceparent')).toBe(TRACEPARENT);
  });

  it('is made where it is absent', async () => {
    const { headers } = await get();
    expect(headers.get('x-correlation-id')).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/);
    expect(headers.get('traceparent')).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  });

  it.each(['00-00000000000000000000000000000000-00f067aa0ba902b7-01', `${TRACEPARENT}-more`, 'nonsense'])(
    'replaces the invalid traceparent %s',
    async (traceparent) => {
      const { status, headers } = await get({ traceparent });
      expect(status).toBe(200);
      expect(headers.get('traceparent')).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
      expect(headers.get('traceparent')).not.toBe(TRACEPARENT);
    },
  );

  it('writes a later version of traceparent as version 00', async () => {
    const { headers } = await get({ traceparent: `${TRACEPARENT.replace('00', '01')}-more` });
    expect(headers.get('traceparent')).toBe(TRACEPARENT);
  });

  it.each(['x'.repeat(129), 'ümlaut', ''])('refuses the correlation id "%s"', async (id) => {
    const problem = await problemOf(await get({ 'x-correlation-id': id }));
    expect(problem).toMatchObject({ code: 'validation-failed', errors: [{ path: 'X-Correlation-Id' }] });
  });
});
