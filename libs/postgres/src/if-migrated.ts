import { sqlState } from './sql-state.js';

const UNDEFINED_TABLE = '42P01';

/** What is read, or `nothing` where a part of the fleet that may be left out was never migrated. */
export async function ifMigrated<T>(answer: Promise<T>, nothing: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return nothing;
    throw error;
  }
}
