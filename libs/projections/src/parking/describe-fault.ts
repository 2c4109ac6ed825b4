import { isNativeError } from 'node:util/types';
import { ContractError } from '@eventfleet/contracts';
import { sqlState } from '@eventfleet/postgres';
import { ProjectionError, type ProjectionErrorCode } from '../projection.errors.js';

export type FaultCode = ProjectionErrorCode | ContractError['code'] | 'database-refused';

/** Why an event is parked, for operators. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
}

const LONGEST_MESSAGE = 500;

/**
 * Describes a permanent failure without any of the event's data. Our own errors hold none of it. Of a database error it
 * keeps only the SQLSTATE and the names of table, column and constraint, because the database's texts quote values.
 */
export function describeFault(error: unknown): Fault {
  if (error instanceof ProjectionError || error instanceof ContractError) {
    return { code: error.code, message: printable(error.message) };
  }
  const state = sqlState(error);
  if (state !== undefined) return { code: 'database-refused', message: describeRefusal(state, error) };
  return { code: 'projection-failed', message: isNativeError(error) ? error.name : `a ${typeof error}` };
}

function describeRefusal(state: string, error: unknown): string {
  const { table, column, constraint } = error as Readonly<Record<string, unknown>>;
  const names = Object.entries({ table, column, constraint }).filter(([, name]) => typeof name === 'string');
  return [`SQLSTATE ${state}`, ...names.map(([what, name]) => `${what} ${String(name)}`)].join(', ');
}

/** A name from a record may hold any character. Postgres stores no NUL, and a terminal shows no control character. */
function printable(message: string): string {
  return message.replaceAll(/\p{Cc}/gu, '\u{FFFD}').slice(0, LONGEST_MESSAGE);
}
