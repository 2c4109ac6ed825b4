import type { RabbitmqSettings } from '@eventfleet/config';
import { openConnection } from './connection.js';

/** Those that say where RabbitMQ is, and how to log in: for messages. */
export const RABBITMQ_VARIABLES = 'RABBITMQ_URL, RABBITMQ_CA_FILE';

/**
 * Logs in once, and asks for nothing.
 * @throws Error of the network or of amqplib; RabbitmqError `no-answer`
 */
export async function askRabbitmq(settings: RabbitmqSettings, name: string): Promise<void> {
  const connection = await openConnection(settings, name);
  await connection.close();
}
