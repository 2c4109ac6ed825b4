import { closedLoop, type Load, type LoadResult } from './closed-loop.ts';
import { HttpConnection, type HttpRequest } from './http-connection.ts';

/** Sends requests for a while, each caller on a connection of its own. Accepted is what is answered 2xx. */
export async function httpLoad(url: string, load: Load, next: () => HttpRequest): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: load.callers }, () => HttpConnection.open(url)));
  try {
    return await closedLoop(load, async (caller) => {
      const answer = await connections[caller]!.send(next());
      return answer.status >= 200 && answer.status < 300;
    });
  } finally {
    for (const connection of connections) connection.close();
  }
}
