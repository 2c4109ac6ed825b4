import type { AccessProbe } from '@eventfleet/http';
import { askKafka, KAFKA_VARIABLES } from '@eventfleet/kafka';
import { askDatabase } from '@eventfleet/postgres';
import { askRabbitmq, RABBITMQ_VARIABLES } from '@eventfleet/rabbitmq';
import type { NotifierConfig } from './notifier.config.js';
import { CLIENT_NAME } from './notifier-settings.module.js';
import type { MailSender } from './smtp/mail-sender.js';

/** The servers that must let this app in. A mail server that is only away keeps mails waiting, and is no part of this. */
export function accessProbes(
  { eventStoreUrl, kafka, rabbitmq }: NotifierConfig,
  sender: () => MailSender,
): AccessProbe[] {
  return [
    {
      server: 'event-store',
      variables: 'EVENT_STORE_URL',
      attempt: () => askDatabase(eventStoreUrl, CLIENT_NAME),
    },
    { server: 'kafka', variables: KAFKA_VARIABLES, attempt: () => askKafka(kafka, 'notifier') },
    { server: 'rabbitmq', variables: RABBITMQ_VARIABLES, attempt: () => askRabbitmq(rabbitmq, CLIENT_NAME) },
    { server: 'mail-server', variables: 'SMTP_URL, SMTP_CA_FILE', attempt: () => sender().verify() },
  ];
}
