import { mergeProblems, ProblemError, type ProblemTable } from '@eventfleet/http';
import type { QueryAggregate } from './query-aggregate.js';

const STORE_PROBLEMS = {
  'projection-behind': {
    status: 503,
    title: 'The answer does not reflect your last command yet',
    retryAfterSeconds: 1,
  },
  'event-store-unavailable': {
    status: 503,
    title: 'The event store cannot be reached',
    retryAfterSeconds: 1,
  },
  'personal-data-locked': {
    status: 503,
    title: 'The key of the personal data cannot be used',
    retryAfterSeconds: 60,
  },
  'read-store-unavailable': { status: 503, title: 'The read store cannot be reached', retryAfterSeconds: 1 },
} satisfies ProblemTable;

/** How every error of this API is answered. @throws Error if a code is used twice */
export function problemsOf(aggregates: readonly QueryAggregate[]): ProblemTable {
  return mergeProblems(STORE_PROBLEMS, ...aggregates.map(({ problems }) => problems));
}

/** An error of a store; its code is one of the table's, or the edge's own for load that is shed. */
export function queryError(
  code: keyof typeof STORE_PROBLEMS | 'overloaded',
  detail: string,
  cause?: unknown,
): ProblemError {
  return new ProblemError(code, detail, cause === undefined ? {} : { cause });
}
