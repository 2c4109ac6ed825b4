import type { AccessProbe } from '@eventfleet/http';
import { askKafka, KAFKA_VARIABLES } from '@eventfleet/kafka';
import { askDatabase } from '@eventfleet/postgres';
import { CLIENT_NAME } from './connections.module.js';
import type { ProcessManagerConfig } from './process-manager.config.js';

/** The servers that must let this app in. */
export function accessProbes({ eventStoreUrl, kafka }: ProcessManagerConfig): AccessProbe[] {
  return [
    {
      server: 'event-store',
      variables: 'EVENT_STORE_URL',
      attempt: () => askDatabase(eventStoreUrl, CLIENT_NAME),
    },
    { server: 'kafka', variables: KAFKA_VARIABLES, attempt: () => askKafka(kafka, 'process-manager') },
  ];
}
