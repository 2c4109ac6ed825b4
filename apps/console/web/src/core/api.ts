import { operatorHeader } from './operator.ts';
import { reloadSession } from './session.ts';

/** What the server answered if it is no success: the code and the text of problem details. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask(path, signal ? { signal } : {});
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...operatorHeader() },
    body: JSON.stringify(body),
  });
}

/** `?a=1&b=2` of what is there. */
export function queryString(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const present = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `?${new URLSearchParams(present.map(([name, value]) => [name, String(value)]))}`;
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError('no-answer', 'The console does not answer. Is it still running?');
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as T;
  if (response.status === 401) void reloadSession();
  const problem = (body ?? {}) as { code?: string; detail?: string };
  throw new ApiError(problem.code ?? 'unknown', problem.detail ?? `The console answers ${response.status}`);
}
