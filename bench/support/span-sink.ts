import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes what is exported by OTLP over HTTP, and forgets it. */
export interface SpanSink extends AsyncDisposable {
  readonly url: string;
}

export async function startSpanSink(): Promise<SpanSink> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
