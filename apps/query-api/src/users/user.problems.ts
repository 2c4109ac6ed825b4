import type { ProblemTable } from '@eventfleet/http';

export const USER_PROBLEMS = {
  'user-not-found': { status: 404, title: 'There is no such user' },
} satisfies ProblemTable;
