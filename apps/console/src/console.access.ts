import type { AccessProbe } from '@eventfleet/http';
import { askKafka, KAFKA_VARIABLES } from '@eventfleet/kafka';
import { askDatabase, type NamedStore } from '@eventfleet/postgres';
import { askRabbitmq, RABBITMQ_VARIABLES } from '@eventfleet/rabbitmq';
import type { ConsoleConfig } from './console.config.js';
import { CLIENT_NAME } from './stores/stores.js';

/** The servers that must let this app in. */
export function accessProbes(
  { kafka, rabbitmq }: ConsoleConfig,
  stores: readonly NamedStore[],
): AccessProbe[] {
  const required: AccessProbe[] = [
    ...stores.map(({ variable, url }) => ({
      server: variable === 'READ_STORE_URL' ? 'read-store' : 'event-store',
      variables: variable,
      attempt: () => askDatabase(url, CLIENT_NAME),
    })),
    { server: 'kafka', variables: KAFKA_VARIABLES, attempt: () => askKafka(kafka, 'console') },
  ];
  if (rabbitmq === undefined) return required;
  const attempt = () => askRabbitmq(rabbitmq, CLIENT_NAME);
  return [...required, { server: 'rabbitmq', variables: RABBITMQ_VARIABLES, attempt }];
}
