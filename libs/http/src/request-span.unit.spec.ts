import { eventually, recordSpans, type RecordedSpan } from '@eventfleet/testing';
import { type EdgeApp, startEdgeApp } from './edge-app.fixture.js';
import type { Correlation } from './index.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const UUID = '0198c0de-0000-7000-8000-000000000001';

let spans: RecordedSpan[];
let edge: EdgeApp;
beforeAll(async () => {
  spans = await recordSpans();
  edge = await startEdgeApp();
});
afterAll(() => edge.close());
beforeEach(() => void (spans.length = 0));

const next = () => eventually(() => spans.at(-1));

describe('the span of a request', () => {
  it('lies below the client that names one; that is echoed', async () => {
    const response = await edge.fetch(`/things/${UUID}`, {
      headers: { traceparent: TRACEPARENT, 'x-correlation-id': 'order 66' },
    });
    expect(response.headers.get('traceparent')).toBe(TRACEPARENT);
    expect(await next()).toMatchObject({
      name: 'GET /things/:id',
      parentSpanId: '00f067aa0ba902b7',
      failed: false,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/things/:id',
        'http.response.status_code': 200,
        'eventfleet.correlation_id': 'order 66',
      },
    });
    expect(JSON.stringify(spans)).not.toContain(UUID);
  });

  it('is the trace of a request that names none, for its handler and its client', async () => {
    const response = await edge.post('{"name":"a"}');
    const { correlation } = (await response.json()) as { correlation: Correlation };
    const { context, parentSpanId } = await next();
    expect(parentSpanId).toBeUndefined();
    expect(correlation.traceparent).toBe(`00-${context.traceId}-${context.spanId}-01`);
    expect(response.headers.get('traceparent')).toBe(correlation.traceparent);
  });

  it.each([
    ['PUT', '/things/taken', 409, false],
    ['PUT', '/things/broken', 500, true],
    ['GET', '/nothing?email=a@b.c', 404, false],
  ])('of %s %s, answered %i, has failed: %s', async (method, path, status, failed) => {
    await edge.fetch(path, { method });
    expect(await next()).toMatchObject({ failed, attributes: { 'http.response.status_code': status } });
    expect(JSON.stringify(spans)).not.toContain('a@b.c');
  });

  it('is not made for health and metrics', async () => {
    await edge.fetch('/health/live');
    await edge.fetch('/metrics');
    await edge.fetch(`/things/${UUID}`);
    expect((await next()).name).toBe('GET /things/:id');
    expect(spans).toHaveLength(1);
  });
});
