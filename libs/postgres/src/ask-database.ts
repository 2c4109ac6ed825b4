import { withPool } from './pool.js';

/**
 * Logs in once, and asks for nothing.
 * @throws the error of the connection
 */
export async function askDatabase(url: string, applicationName: string): Promise<void> {
  await withPool({ url, applicationName, max: 1 }, (pool) => pool.query('select'));
}
