import { isNativeError } from 'node:util/types';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';
const TRY_AGAIN = new Set([
  '22012', // division_by_zero: by which our own statements refuse a key that is taken, without a log of the key
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '25P04', // transaction_timeout
  '57014', // query_canceled (statement_timeout)
]);

/** Refused because of another writer: the transaction rolled back, and trying again on fresh state may help. */
export function isConflict(error: unknown): boolean {
  const code = sqlState(error);
  return code !== undefined && (code === UNIQUE_VIOLATION || TRY_AGAIN.has(code));
}

/** The server could not be reached, went away, or did not answer: whether a commit happened is unknown. */
export function isConnectionError(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const code = sqlState(error);
  if (code === undefined) return CONNECTION_MESSAGES.test(error.message) || hasSystemCode(error);
  return code.startsWith('08') || code.startsWith('57P') || code === '53300';
}

/**
 * Whether a client is as good as before, once its transaction has ended: the server refused a statement, and will not
 * refuse every other one like it. A server that takes no writes (a standby) does: another connection may find the primary.
 */
export function leavesClientUsable(error: unknown): boolean {
  const code = sqlState(error);
  return code !== undefined && !/^(?:08|57|25006$|0A000$)/.test(code);
}

/** How pg's client and pool begin what they say of a connection: these errors have no code. */
const CONNECTION_MESSAGES =
  /^(?:Connection terminated|Client (?:has encountered|was closed)|Query read timeout|timeout exceeded when trying to connect|Received unexpected|SASL|The server does not support SSL|There was an error establishing an SSL|Cannot use a pool)/;

/** Of sockets and name look-ups, of Node's and OpenSSL's TLS, and of certificates that are not accepted. */
const SYSTEM_CODES =
  /^(?:E(?!RR_)[A-Z\d_]+$|UND_|ERR_(?:TLS|SSL)_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$)/;

function hasSystemCode(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && SYSTEM_CODES.test(error.code);
}

/** The code of an error that the server reported; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!isNativeError(error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : undefined;
}
