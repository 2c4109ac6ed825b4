import { userEvents } from './users/user.aggregate.js';

/** Where a message waits before it is delivered again. */
export interface RetryTier {
  /** The end of its queue's name: `<queue>.retry.<name>`. */
  readonly name: string;
  readonly delayMs: number;
}

/** A durable queue of ours with all that belongs to it. Names are without prefix. */
export interface WorkQueue {
  readonly name: string;
  /** A durable topic exchange, named as the events' topic. The routing key of a message is the event's type. */
  readonly exchange: string;
  /** Which routing keys of the exchange it is bound to. */
  readonly routingKeys: readonly string[];
  /** In the order in which a message that fails goes through them. */
  readonly retryTiers: readonly RetryTier[];
  /** Where a message ends that cannot be handled. */
  readonly deadLetterQueue: string;
}

export const NOTIFIER_QUEUE: WorkQueue = {
  name: 'notifier.user-events',
  exchange: userEvents.topic,
  routingKeys: ['user.*'],
  retryTiers: [
    { name: '1s', delayMs: 1_000 },
    { name: '5s', delayMs: 5_000 },
    { name: '30s', delayMs: 30_000 },
    { name: '5m', delayMs: 300_000 },
  ],
  deadLetterQueue: 'notifier.dead-letter',
};

/** Every queue of the fleet: made before anything is published, so that nothing is missed. */
export const WORK_QUEUES: readonly WorkQueue[] = [NOTIFIER_QUEUE];
