import { WORK_QUEUES, type WorkQueue } from '@eventfleet/contracts';
import {
  describeDeadLetterQueue,
  readQueuedDeadLetter,
  retryQueuedDeadLetter,
  retryQueuedDeadLetters,
  type DeadLetterQueueOverview,
  type QueuedDeadLetter,
} from '@eventfleet/rabbitmq';
import type { FleetConfig } from '../fleet.config.js';

/** The dead letter queue that a target names, or the one message of it: `<queue>/<message id>`. */
export interface QueueTarget {
  readonly queue: WorkQueue;
  readonly messageId: string | undefined;
}

/** Undefined where the text names no dead letter queue of the fleet. */
export function parseQueueTarget(
  { reachableRabbitmq: { prefix } }: FleetConfig,
  text: string,
): QueueTarget | undefined {
  const [name, messageId] = text.split('/');
  const queue = WORK_QUEUES.find(({ deadLetterQueue }) => prefix + deadLetterQueue === name);
  return queue && { queue, messageId };
}

/** None where RabbitMQ is not there. @throws Error when it is said to be, by `RABBITMQ_URL` */
export async function describeQueues(config: FleetConfig): Promise<DeadLetterQueueOverview[]> {
  try {
    const queues = WORK_QUEUES.map((queue) => describeDeadLetterQueue(config.reachableRabbitmq, queue));
    return (await Promise.all(queues)).filter((overview) => overview !== undefined);
  } catch (error) {
    if (config.rabbitmq) throw new Error('RabbitMQ cannot be reached', { cause: error });
    return [];
  }
}

export function readFromQueue(
  { reachableRabbitmq }: FleetConfig,
  { queue, messageId = '' }: QueueTarget,
): Promise<QueuedDeadLetter> {
  return readQueuedDeadLetter(reachableRabbitmq, queue, messageId);
}

/** @returns how many were put back */
export async function retryFromQueue(
  { reachableRabbitmq }: FleetConfig,
  { queue, messageId }: QueueTarget,
): Promise<number> {
  if (messageId === undefined) return retryQueuedDeadLetters(reachableRabbitmq, queue);
  await retryQueuedDeadLetter(reachableRabbitmq, queue, messageId);
  return 1;
}
