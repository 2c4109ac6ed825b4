import { createPool, endPool } from './pool.js';

/**
 * Logs in once, and asks for nothing.
 * @throws the error of the connection
 */
export async function askDatabase(url: string, applicationName: string): Promise<void> {
  const pool = createPool({ url, applicationName, max: 1 });
  try {
    await pool.query('select');
  } finally {
    await endPool(pool);
  }
}
