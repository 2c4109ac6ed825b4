import { freePort } from '@eventfleet/embedded';
import { answers, startNodeApp } from './peer-process.ts';

/** Starts the bare Nest and Fastify endpoints on a read store; the scope stops them. */
export async function startBareHttp(
  readStoreUrl: string,
  scope: AsyncDisposableStack,
): Promise<{ url: string; pid: number }> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const app = await startNodeApp({
    name: 'bare-http',
    file: 'baselines/bare-http/dist/main.js',
    env: { PORT: port, READ_STORE_URL: readStoreUrl },
    ready: () => answers(url),
  });
  scope.defer(async () => void (await app.stop()));
  return { url, pid: app.pid };
}
