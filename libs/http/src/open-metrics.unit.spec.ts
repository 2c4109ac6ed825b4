import { httpRequestDuration } from './http.metrics.js';
import { type EdgeApp, startEdgeApp } from './edge-app.fixture.js';

const TRACE_ID = 'a'.repeat(32);
const OPEN_METRICS = { headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' } };

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

const metrics = async (init?: RequestInit) => (await edge.fetch('/metrics', init)).text();

describe('the metrics', () => {
  it('have exemplars for a client that accepts OpenMetrics', async () => {
    const labels = { method: 'GET', route: '/traced', status: 200 };
    httpRequestDuration.observe({ labels, value: 0.03, exemplarLabels: { trace_id: TRACE_ID } });
    const response = await edge.fetch('/metrics', OPEN_METRICS);
    expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    const text = await response.text();
    expect(text).toMatch(
      new RegExp(
        `^eventfleet_http_request_duration_seconds_bucket\\{le="0.05",.+\\} 1 # \\{trace_id="${TRACE_ID}"\\} 0.03 `,
        'm',
      ),
    );
    expect(text).toMatch(/\n# EOF\n$/);
  });

  it('have none for other clients', async () => {
    const response = await edge.fetch('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).not.toContain(TRACE_ID);
  });

  it('keep their names, whoever asked before', async () => {
    const open = await metrics(OPEN_METRICS);
    expect(open).toContain('# TYPE eventfleet_http_requests counter\neventfleet_http_requests_total{');
    const plain = await metrics();
    expect(plain).toContain('# TYPE eventfleet_http_requests_total counter\neventfleet_http_requests_total{');
    const again = await metrics(OPEN_METRICS);
    expect(again).toContain('# TYPE eventfleet_http_requests counter\neventfleet_http_requests_total{');
  });
});
