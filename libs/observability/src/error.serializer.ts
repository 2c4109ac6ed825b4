import { isNativeError } from 'node:util/types';

/** What of an error is logged. */
export interface SerializedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: SerializedError;
}

const MAX_DEPTH = 5;

/**
 * Keeps the fields that say what went wrong and drops all others: database errors carry the statement's values
 * in properties of their own (`detail`, `parameters`), and those are personal data.
 */
export function serializeError(error: unknown, depth = 0): SerializedError {
  if (!isNativeError(error)) return { type: typeof error, message: String(error) };
  const cause = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause === undefined || depth >= MAX_DEPTH ? {} : { cause: serializeError(cause, depth + 1) }),
  };
}

/** One line for an operator: the message, or the code where the message is empty, as in a refused connection. */
export function describeError(error: unknown): string {
  const { message, code, type, cause } = serializeError(error);
  return message || code || cause?.message || type;
}
