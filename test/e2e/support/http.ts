import { isDeepStrictEqual } from 'node:util';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What a test expects of a body, it says itself.
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends JSON and reads JSON; a string or bytes go out as they are. Gives up after 20 s. */
export async function send(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** How many answers came with each status. */
export function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export function sameAnswer(a: Answer, b: Answer): boolean {
  const told = ({ status, headers, body }: Answer) => [
    status,
    body,
    ...['etag', 'location', 'consistency-token', 'content-type'].map((name) => headers.get(name)),
  ];
  return isDeepStrictEqual(told(a), told(b));
}
