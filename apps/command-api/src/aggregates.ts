import type { CommandAggregate } from './command-aggregate.js';
import { users } from './users/user.command-aggregate.js';

/**
 * Every aggregate whose commands this app runs. Its events are stored, published to its Kafka topic and RabbitMQ
 * exchange, and passed to listeners in this process; its refusals are answered; its answers by key are purged.
 */
export const aggregates: readonly CommandAggregate[] = [users];
