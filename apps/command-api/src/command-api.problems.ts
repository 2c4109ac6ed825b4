import type { ProblemTable } from '@eventfleet/http';

/** The only place where a refusal of the domain or the store meets HTTP. */
export const PROBLEMS = {
  'user-not-found': { status: 404, title: 'No such user' },
  'user-already-exists': { status: 409, title: 'The user exists already' },
  'email-already-taken': { status: 409, title: 'The email is taken' },
  'user-deactivated': { status: 409, title: 'The user is deactivated' },
  'user-not-pending': { status: 409, title: 'The user waits for no verification' },
  'verification-token-invalid': { status: 403, title: 'The verification token is not valid' },
  'verification-token-expired': { status: 403, title: 'The verification token has expired' },
  'version-mismatch': { status: 412, title: 'The user has another version' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another request' },
  'write-conflict': { status: 503, title: 'Too many writers at once', retryAfterSeconds: 1 },
  'event-store-unavailable': {
    status: 503,
    title: 'The event store cannot be reached',
    retryAfterSeconds: 2,
  },
} satisfies ProblemTable;
