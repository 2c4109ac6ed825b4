import type { ProblemTable } from '@eventfleet/http';

/** How the refusals in `user.errors.ts` are answered. */
export const USER_PROBLEMS = {
  'user-not-found': { status: 404, title: 'No such user' },
  'user-already-exists': { status: 409, title: 'The user exists already' },
  'user-not-encrypted': { status: 409, title: 'The user cannot be erased by a key' },
  'email-already-taken': { status: 409, title: 'The email is taken' },
  'user-deactivated': { status: 409, title: 'The user is deactivated' },
  'user-not-pending': { status: 409, title: 'The user waits for no verification' },
  'verification-token-invalid': { status: 403, title: 'The verification token is not valid' },
  'verification-token-expired': { status: 403, title: 'The verification token has expired' },
} satisfies ProblemTable;
