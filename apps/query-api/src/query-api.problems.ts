import { ProblemError, type ProblemTable } from '@eventfleet/http';

/** Every refusal of this API that is its own, and how it is answered. */
export const QUERY_API_PROBLEMS = {
  'user-not-found': { status: 404, title: 'There is no such user' },
  'projection-behind': {
    status: 503,
    title: 'The answer does not reflect your last command yet',
    retryAfterSeconds: 1,
  },
  'read-store-unavailable': { status: 503, title: 'The read store cannot be reached', retryAfterSeconds: 1 },
} satisfies ProblemTable;

/** An error of this API; its code is one of the table's, or the edge's own for load that is shed. */
export function queryError(
  code: keyof typeof QUERY_API_PROBLEMS | 'overloaded',
  detail: string,
  cause?: unknown,
): ProblemError {
  return new ProblemError(code, detail, cause === undefined ? {} : { cause });
}
