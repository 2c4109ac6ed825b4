import { isConnectionError, sqlState } from '@eventfleet/postgres';

/**
 * Classes of SQLSTATE whose cause is the values of a statement: data exceptions, broken constraints, exceeded limits of a
 * row. https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const CAUSED_BY_VALUES = /^(22|23|54)/;

/**
 * The one question that a consumer asks of a failure: can waiting help? Yes, where a server was away, busy, in
 * conflict with another, out of space, or not what this version of the code expects: nothing about the event was wrong,
 * and the next one would fail as well. No, where the event is at fault, or the code for it: bad bytes, a broken schema,
 * a value that a table refuses, a bug. A failure that nobody foresaw is taken for a bug.
 */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return !CAUSED_BY_VALUES.test(state);
  return (
    isConnectionError(error) ||
    isOfBroker(error) ||
    isOfEventStore(error) ||
    isOfIssuer(error) ||
    isTimeout(error) ||
    isWithoutKey(error)
  );
}

/** Of kafkajs, or of our own seams around it and around amqplib. */
function isOfBroker(error: unknown): boolean {
  return error instanceof Error && /^(Kafka(JS|Error$)|RabbitmqError$)/.test(error.name);
}

/** Its other code, `idempotency-key-reused`, will be the answer however long one waits. */
function isOfEventStore(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'EventStoreError' || !('code' in error)) return false;
  return ['event-store-unavailable', 'write-conflict', 'overloaded'].some((code) => code === error.code);
}

/** Its other codes are of the token. */
function isOfIssuer(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'AuthError' &&
    'code' in error &&
    error.code === 'issuer-unavailable'
  );
}

/** `PERSONAL_DATA_KEY` is not set in this process, or lacks the key that an event needs, until an operator sets it. */
function isWithoutKey(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return error.code === 'personal-data-encrypted' || error.code === 'personal-data-wrapping-key-missing';
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}
