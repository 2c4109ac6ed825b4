import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import { openLink, type Link } from './link.js';
import { declareQueue, queueNames, withPrefix } from './topology.js';
import { withDeadline } from './with-deadline.js';

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
  const link = await openLink(settings, 'eventfleet-migrate');
  try {
    return await withDeadline(ensure(link, settings, queues), DEADLINE_MS);
  } finally {
    await link.close();
  }
}

async function ensure(
  link: Link,
  settings: RabbitmqSettings,
  queues: readonly WorkQueue[],
): Promise<string[]> {
  const missing: string[] = [];
  for (const queue of queues) {
    for (const name of queueNames(queue).map((each) => withPrefix(settings, each))) {
      if (!(await exists(link, name))) missing.push(name);
    }
    await declareQueue(await link.channel(), settings, queue);
  }
  return missing;
}

/** On a channel of its own: RabbitMQ closes it where there is no such queue. */
async function exists(link: Link, name: string): Promise<boolean> {
  const channel = await link.channel();
  try {
    await channel.checkQueue(name);
    await channel.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) return false;
    throw error;
  }
}

const NOT_FOUND = 404;
