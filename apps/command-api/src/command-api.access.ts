import type { AccessProbe } from '@eventfleet/http';
import { askKafka, KAFKA_VARIABLES } from '@eventfleet/kafka';
import { askDatabase } from '@eventfleet/postgres';
import { askRabbitmq, RABBITMQ_VARIABLES } from '@eventfleet/rabbitmq';
import { APP_NAME, type CommandApiConfig } from './command-api.config.js';

/** The servers that must let this app in. */
export function accessProbes({ eventStoreUrl, kafka, rabbitmq }: CommandApiConfig): AccessProbe[] {
  const required: AccessProbe[] = [
    {
      server: 'event-store',
      variables: 'EVENT_STORE_URL',
      attempt: () => askDatabase(eventStoreUrl, APP_NAME),
    },
    { server: 'kafka', variables: KAFKA_VARIABLES, attempt: () => askKafka(kafka, 'command-api') },
  ];
  if (rabbitmq === undefined) return required;
  const attempt = () => askRabbitmq(rabbitmq, APP_NAME);
  return [...required, { server: 'rabbitmq', variables: RABBITMQ_VARIABLES, attempt }];
}
