/** One thing that is wrong with the request: where, and what. */
export interface FieldError {
  /** Dotted path into the body, or the name of the parameter or header. Empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface ProblemErrorOptions extends ErrorOptions {
  readonly errors?: readonly FieldError[];
  /** Tells apart what one code stands for, for programs. */
  readonly reason?: string;
  /** Overrides the problem table's. */
  readonly retryAfterSeconds?: number;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error raised by an edge, with a code of the problem table. Its message becomes `detail`, so it says nothing
 * internal. Domain errors need not be one: any error whose `code` stands in the app's table is answered by it.
 */
export class ProblemError extends Error {
  readonly errors: readonly FieldError[] | undefined;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: string,
    detail: string,
    options: ProblemErrorOptions = {},
  ) {
    super(detail, options);
    this.name = 'ProblemError';
    this.errors = options.errors;
    this.reason = options.reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }
}

const MAX_FIELD_ERRORS = 20;

/** 400 `validation-failed`, naming at most the first 20 errors. */
export function validationError(errors: readonly FieldError[]): ProblemError {
  return new ProblemError('validation-failed', 'The request is not valid; see errors', {
    errors: errors.slice(0, MAX_FIELD_ERRORS),
  });
}
