import type { AccessProbe } from '@eventfleet/http';
import { askDatabase, type NamedStore } from '@eventfleet/postgres';

const CLIENT_NAME = 'eventfleet-query-api';

/** The servers that must let this app in. */
export function accessProbes(stores: readonly NamedStore[]): AccessProbe[] {
  return stores.map(({ variable, url }) => ({
    server: variable === 'READ_STORE_URL' ? 'read-store' : 'event-store',
    variables: variable,
    attempt: () => askDatabase(url, CLIENT_NAME),
  }));
}
