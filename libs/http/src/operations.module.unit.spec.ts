import { type EdgeApp, startEdgeApp } from './edge-app.fixture.js';

const UUID = '0198c0de-0000-7000-8000-000000000001';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

async function readiness() {
  const response = await edge.fetch(`/health/ready`);
  const body: unknown = await response.json();
  return { status: response.status, body };
}

describe('health', () => {
  it('is live though it is not ready', async () => {
    edge.ready = () => Promise.reject(new Error('down'));
    expect((await edge.fetch(`/health/live`)).status).toBe(200);
  });

  it('is ready when every part is', async () => {
    edge.ready = () => Promise.resolve();
    expect(await readiness()).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('shows what a part says of itself', async () => {
    edge.ready = () => Promise.resolve({ stopped: [{ partition: 4 }] });
    const info = { store: { status: 'up', stopped: [{ partition: 4 }] } };
    expect(await readiness()).toMatchObject({ status: 200, body: { info } });
  });

  it('names the part that is not ready, and why', async () => {
    edge.ready = () => Promise.reject(new Error('waiting for migrations'));
    const error = { store: { status: 'down', message: 'waiting for migrations' } };
    expect(await readiness()).toMatchObject({ status: 503, body: { error } });
  });

  it('gives up on a part that does not answer', async () => {
    edge.ready = () => new Promise(() => undefined);
    expect(await readiness()).toMatchObject({ status: 503, body: { error: { store: { status: 'down' } } } });
  });
});

describe('a request', () => {
  it('is measured by the pattern of its route', async () => {
    await edge.fetch(`/things/${UUID}`);
    const metrics = await (await edge.fetch(`/metrics`)).text();
    expect(metrics).toMatch(
      /eventfleet_http_requests_total\{method="GET",route="\/things\/:id",status="200"\} \d/,
    );
    expect(metrics).toContain('process_cpu_seconds_total');
    expect(metrics).not.toContain(UUID);
  });

  it('is logged in one line, without its address', async () => {
    const headers = { 'x-correlation-id': 'one line' };
    await edge.fetch(`/things/${UUID}?email=someone`, { headers });
    const lines = edge.logged
      .filter((line) => line.includes('one line'))
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([
      { msg: 'request completed', method: 'GET', route: '/things/:id', status: 200 },
    ]);
    expect(edge.logged.join('')).not.toContain('someone');
  });
});
