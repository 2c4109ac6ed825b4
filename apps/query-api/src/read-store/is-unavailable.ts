import { isNativeError } from 'node:util/types';
import { isTransient } from '@eventfleet/postgres';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const NOT_SET_UP = new Set([
  '3D000', // the database does not exist
  '42P01', // a table does not exist: not migrated
  '42703', // a column does not exist: not migrated far enough
]);

/** Whether a query failed because the store is away or not set up yet, so that trying later helps. */
export function isUnavailable(error: unknown): boolean {
  if (isTransient(error)) return true;
  return (
    isNativeError(error) && 'code' in error && typeof error.code === 'string' && NOT_SET_UP.has(error.code)
  );
}
