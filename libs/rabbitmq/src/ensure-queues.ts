import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import { withDeadline } from '@eventfleet/resilience';
import { openConnection, type RabbitmqConnection } from './connection.js';
import { isAccepted, NOT_FOUND } from './is-accepted.js';
import { noAnswer } from './rabbitmq.errors.js';
import { declareQueue, queueNames, withPrefix } from './topology.js';

const DEADLINE_MS = 30_000;

/**
 * Makes queues with their exchanges, tiers and dead letter queues; safe to repeat.
 * @returns the full names of the queues that were missing
 * @throws Error of amqplib, when RabbitMQ cannot be reached or one of them exists with other arguments
 */
export async function ensureQueues(
  settings: RabbitmqSettings,
  queues: readonly WorkQueue[],
): Promise<string[]> {
  const connection = await openConnection(settings, 'eventfleet-migrate');
  try {
    return await withDeadline(ensure(connection, settings, queues), DEADLINE_MS, noAnswer);
  } finally {
    await connection.close();
  }
}

async function ensure(
  connection: RabbitmqConnection,
  settings: RabbitmqSettings,
  queues: readonly WorkQueue[],
): Promise<string[]> {
  const missing: string[] = [];
  for (const queue of queues) {
    for (const name of queueNames(queue).map((each) => withPrefix(settings, each))) {
      if (!(await isAccepted(connection, (channel) => channel.checkQueue(name), NOT_FOUND)))
        missing.push(name);
    }
    await declareQueue(await connection.channel(), settings, queue);
  }
  return missing;
}
