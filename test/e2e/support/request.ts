import { describedApiAt } from './description/described-apis.js';

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/**
 * `fetch` of an address of the fleet. The response is compared with what the OpenAPI document of its API says, and so is
 * a request that was not refused.
 * @throws Error that lists every difference
 */
export async function request(address: string, init: Sent = {}): Promise<Response> {
  const response = await fetch(address, init as RequestInit);
  const { method = 'GET', headers = {}, body } = init;
  const url = new URL(address);
  const described = describedApiAt(url);
  if (!described) return response;
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const differences = described.check({
    method,
    url,
    requestHeaders: new Headers(headers),
    requestBody: typeof body === 'string' ? body : undefined,
    status: response.status,
    headers: response.headers,
    body: isStream ? undefined : await response.clone().text(),
  });
  if (differences.length > 0) {
    const what = `${method} ${url.pathname} ${response.status}`;
    throw new Error(`${what} is not as it is described:\n${differences.join('\n')}`);
  }
  return response;
}
