import { withPool } from './pool.js';
import type { NamedStore } from './require-own-sessions.js';

/**
 * Whether the server of a store lets an app in: logs in once, and asks for nothing. It is called by its variable, which
 * ends with `_URL`.
 */
export function databaseProbe({ variable, url }: NamedStore, app: string) {
  return {
    server: variable.slice(0, -'_URL'.length).toLowerCase().replaceAll('_', '-'),
    variables: variable,
    async attempt(): Promise<void> {
      const login = { url, applicationName: `eventfleet-${app}`, max: 1 };
      await withPool(login, (pool) => pool.query('select'));
    },
  };
}
