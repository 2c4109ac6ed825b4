import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { request } from './request.js';

const PAUSE_MS = 100;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What a test expects of a body, it says itself.
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends JSON and reads JSON; a string or bytes go out as they are. Gives up after 40 s. */
export async function send(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await request(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(40_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** The headers of a query that reflects this command; it waits for it for as long as a query may. */
export function reflecting({ headers }: Answer): Record<string, string> {
  return { 'Consistency-Token': headers.get('consistency-token') ?? '', Prefer: 'wait=30' };
}

/**
 * The first answer that is no 503. A process that is overloaded or behind, as on a busy machine, says with it that one
 * may ask again; so the request must be one that can be repeated.
 * @returns the last 503 when the deadline is over
 */
export async function sendUntilServed(
  ask: () => Promise<Answer>,
  { deadlineMs = 30_000 }: { readonly deadlineMs?: number } = {},
): Promise<Answer> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503 || Date.now() >= deadline) return answer;
    await delay(PAUSE_MS);
  }
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
