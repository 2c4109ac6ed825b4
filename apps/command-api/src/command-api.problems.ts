import { mergeProblems, type ProblemTable } from '@eventfleet/http';
import type { CommandAggregate } from './command-aggregate.js';

/** Refusals of the event store, whatever the aggregate. */
const STORE_PROBLEMS = {
  'version-mismatch': { status: 412, title: 'It has another version' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another request' },
  'write-conflict': { status: 503, title: 'Too many writers at once', retryAfterSeconds: 1 },
  'event-store-unavailable': {
    status: 503,
    title: 'The event store cannot be reached',
    retryAfterSeconds: 2,
  },
  'personal-data-locked': {
    status: 503,
    title: 'The key of the personal data cannot be used',
    retryAfterSeconds: 60,
  },
} satisfies ProblemTable;

/** How every refusal of the domain and of the store is answered. @throws Error if a code is used twice */
export function problemsOf(aggregates: readonly CommandAggregate[]): ProblemTable {
  return mergeProblems(STORE_PROBLEMS, ...aggregates.map(({ refusals }) => refusals));
}
