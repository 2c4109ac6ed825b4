import type { ProblemTable } from '@eventfleet/http';

export const USER_PROBLEMS = {
  'user-not-found': { status: 404, title: 'There is no such user' },
  'no-such-version': { status: 404, title: 'The user has no such version yet' },
} satisfies ProblemTable;
