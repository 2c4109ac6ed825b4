import { HttpException } from '@nestjs/common';
import { ProblemError, type FieldError } from './problem.error.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Problem details (RFC 9457). `errors` is there on every 400, `reason` where a code stands for more than one thing. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly correlationId: string;
  readonly reason?: string;
  readonly errors?: readonly FieldError[];
}

/** How one error code is answered. */
export interface ProblemDefinition {
  readonly status: number;
  /** The same for every occurrence of the code. */
  readonly title: string;
  readonly retryAfterSeconds?: number;
}

/** Error codes to answers: the only place where a domain error meets HTTP. */
export type ProblemTable = Readonly<Record<string, ProblemDefinition>>;

/** One table of all. @throws Error if a code is in two of them */
export function mergeProblems(...tables: readonly ProblemTable[]): ProblemTable {
  const merged = new Map<string, ProblemDefinition>();
  for (const [code, definition] of tables.flatMap((table) => Object.entries(table))) {
    if (merged.has(code)) throw new Error(`the error code ${code} is defined twice`);
    merged.set(code, definition);
  }
  return Object.fromEntries(merged);
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/** What the edge itself answers, in every app. */
export const EDGE_PROBLEMS = {
  'validation-failed': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'A valid access token is needed' },
  'insufficient-scope': { status: 403, title: 'The access token does not allow this' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The body must be plain application/json' },
  'rate-limited': { status: 429, title: 'Too many requests from this client', retryAfterSeconds: 1 },
  'header-fields-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'Something went wrong on this side' },
  'unsupported-transfer-coding': { status: 501, title: 'The body may only be chunked' },
  'issuer-unavailable': {
    status: 503,
    title: 'The issuer of access tokens cannot be reached',
    retryAfterSeconds: 2,
  },
  overloaded: { status: 503, title: 'Too much to do at once', retryAfterSeconds: 1 },
} satisfies ProblemTable;

const CODE_BY_STATUS = new Map(Object.entries(EDGE_PROBLEMS).map(([code, { status }]) => [status, code]));

/**
 * The answer to an error. An error with a code of `table` or of the edge is answered with its message as detail;
 * everything else is 500 `internal-error` and says nothing of what happened.
 */
export function toProblem(error: unknown, correlationId: string, table: ProblemTable = {}): ProblemAnswer {
  const { code, detail, errors } = describe(error, table);
  const definition = table[code] ?? edgeProblem(code);
  const given = error instanceof ProblemError ? error : undefined;
  const retryAfter = given?.retryAfterSeconds ?? definition.retryAfterSeconds;
  return {
    status: definition.status,
    headers: {
      ...given?.headers,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
    body: {
      type: `urn:eventfleet:problem:${code}`,
      title: definition.title,
      status: definition.status,
      detail: detail || definition.title,
      code,
      correlationId,
      ...(given?.reason === undefined ? {} : { reason: given.reason }),
      ...(errors ? { errors } : definition.status === 400 ? { errors: [{ path: '', message: detail }] } : {}),
    },
  };
}

interface Description {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[] | undefined;
}

function describe(error: unknown, table: ProblemTable): Description {
  if (error instanceof HttpException) return describeStatus(error.getStatus(), error.message);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const { code, message } = error;
    if (Object.hasOwn(table, code) || Object.hasOwn(EDGE_PROBLEMS, code)) {
      return { code, detail: message, errors: error instanceof ProblemError ? error.errors : undefined };
    }
  }
  return { code: 'internal-error', detail: '' };
}

/** The framework's own refusals; only what it says of a bad request is of use to the client. */
function describeStatus(status: number, message: string): Description {
  const code = CODE_BY_STATUS.get(status) ?? (status < 500 ? 'validation-failed' : 'internal-error');
  return { code, detail: code === 'validation-failed' ? message : '' };
}

function edgeProblem(code: string): ProblemDefinition {
  const known: ProblemTable = EDGE_PROBLEMS;
  return known[code] ?? EDGE_PROBLEMS['internal-error'];
}
