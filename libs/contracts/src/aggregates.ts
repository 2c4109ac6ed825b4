import type { Aggregate } from './define-aggregate.js';
import type { KeyedTopic } from './keyed-topic.js';
import { notificationAggregate } from './notifications/notification.aggregate.js';
import { userAggregate } from './users/user.aggregate.js';

/** Every aggregate type of the fleet. */
export const AGGREGATES: readonly Aggregate[] = [userAggregate, notificationAggregate];

/** Every topic with a key, as `fleet migrate` makes it. */
export const KEYED_TOPICS: readonly KeyedTopic[] = AGGREGATES.flatMap(({ topics }) => topics);
