import { userAggregate } from '@eventfleet/contracts';
import type { CommandTarget } from '../http-commands/command-response.js';

/** A user that a command changes. */
export function existingUser(aggregateId: string): CommandTarget {
  return { aggregateType: userAggregate.name, aggregateId };
}

/** A user that a command creates. */
export function newUserTarget(aggregateId: string): CommandTarget {
  return { ...existingUser(aggregateId), collection: '/users' };
}
