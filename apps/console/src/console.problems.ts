import { explainRefusal, ProblemError, type ProblemTable } from '@eventfleet/http';
import { isTransient } from '@eventfleet/resilience';

export const CONSOLE_PROBLEMS = {
  'login-expired': { status: 401, title: 'This browser began no login, or too long ago' },
  'login-refused': { status: 401, title: 'The issuer did not log anybody in' },
  'token-refused': { status: 401, title: 'The token of the issuer is not taken' },
  'no-login': { status: 404, title: 'Nobody can log in here' },
  'client-missing': { status: 409, title: 'The console has no client at the issuer' },
  'cross-site': { status: 403, title: 'Another site asked for this' },
  'unknown-host': { status: 421, title: 'This name is not one of the console' },
  'user-not-found': { status: 404, title: 'There never was such a user' },
  'no-such-version': { status: 404, title: 'The user has no such version' },
  'nothing-parked': { status: 404, title: 'Nothing is parked there' },
  'dead-letter-missing': { status: 404, title: 'There is no such dead letter' },
  'no-trial': { status: 409, title: 'This cannot be tried here' },
  busy: { status: 409, title: 'Something works on it already' },
  'not-running': { status: 409, title: 'Nothing works on it' },
  'count-changed': { status: 409, title: 'There are more or fewer by now' },
  'erasure-published': { status: 409, title: 'The published events erase a user' },
  'server-refused': { status: 502, title: 'A server does not let the console do this' },
  'server-unavailable': { status: 503, title: 'A server cannot be reached', retryAfterSeconds: 1 },
} satisfies ProblemTable;

export function consoleError(
  code: keyof typeof CONSOLE_PROBLEMS | 'overloaded' | 'not-found',
  detail: string,
  cause?: unknown,
): ProblemError {
  return new ProblemError(code, detail, cause === undefined ? {} : { cause });
}

/** Runs a question to a server. @throws ProblemError `server-unavailable` or `server-refused`, which name the server */
export async function asking<T>(server: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const refusal = explainRefusal(error);
    if (refusal !== undefined)
      throw consoleError('server-refused', `The ${server} refuses the console: ${refusal}`, error);
    if (!isTransient(error)) throw error;
    throw consoleError('server-unavailable', `The ${server} cannot be reached`, error);
  }
}
