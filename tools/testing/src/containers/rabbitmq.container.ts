import { RabbitMQContainer } from '@testcontainers/rabbitmq';

/** Starts RabbitMQ with its default user. */
export async function startRabbitmqContainer(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const container = await new RabbitMQContainer('rabbitmq:4-management').start();
  const url = new URL(container.getAmqpUrl());
  url.username = 'guest';
  url.password = 'guest';
  return { url: url.href, stop: () => container.stop() };
}
