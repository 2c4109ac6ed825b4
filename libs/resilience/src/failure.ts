/** A failure in words that may be kept and shown. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

const CODE_OF_OURS = /^[a-z]+(-[a-z0-9]+)*$/;
const CODE_OF_OTHERS = /^\w{1,64}$/;
const TOP_FRAME = /^ {4}at .*?([^/\\\s()]+:\d+):\d+\)?$/m;
const LONGEST_MESSAGE = 500;

/**
 * Free of personal data: only an error with a code of ours speaks for itself, as its text is ours. V8, Postgres and
 * parsers quote the value that they stumbled over, so of any other error only its kind and its place in the code are
 * named.
 */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'unknown', message: `a thrown ${typeof error}` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CODE_OF_OURS.test(code)) return { code, message: error.message.slice(0, LONGEST_MESSAGE) };
  const place = error.stack?.replace(error.message, '').match(TOP_FRAME)?.[1];
  return {
    code: CODE_OF_OTHERS.test(code) ? code : error.name,
    message: place ? `${error.name} at ${place}` : error.name,
  };
}
