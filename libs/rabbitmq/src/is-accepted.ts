import type { Channel } from 'amqplib';
import type { RabbitmqConnection } from './connection.js';

export const NOT_FOUND = 404;
export const PRECONDITION_FAILED = 406;

/**
 * Whether RabbitMQ does what is asked, or refuses with the given reply code. On a channel of its own, since RabbitMQ
 * closes it when it refuses.
 * @throws Error of amqplib, when it fails otherwise
 */
export async function isAccepted(
  connection: RabbitmqConnection,
  ask: (channel: Channel) => Promise<unknown>,
  refusal: number,
): Promise<boolean> {
  const channel = await connection.channel();
  try {
    await ask(channel);
    await channel.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === refusal) return false;
    throw error;
  }
}
