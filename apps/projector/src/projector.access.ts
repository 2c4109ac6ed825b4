import type { AccessProbe } from '@eventfleet/http';
import { askKafka, KAFKA_VARIABLES } from '@eventfleet/kafka';
import { askDatabase, type NamedStore } from '@eventfleet/postgres';
import { CLIENT_NAME } from './connections.module.js';
import type { ProjectorConfig } from './projector.config.js';

/** The servers that must let this app in. */
export function accessProbes({ kafka }: ProjectorConfig, stores: readonly NamedStore[]): AccessProbe[] {
  return [
    ...stores.map(({ variable, url }) => ({
      server: variable === 'READ_STORE_URL' ? 'read-store' : 'event-store',
      variables: variable,
      attempt: () => askDatabase(url, CLIENT_NAME),
    })),
    { server: 'kafka', variables: KAFKA_VARIABLES, attempt: () => askKafka(kafka, 'projector') },
  ];
}
