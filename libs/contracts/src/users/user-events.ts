import { defineCatalog, type EventOf } from '../event-catalog.js';
import { TOPICS } from '../topics.js';
import { userCreated } from './user-created.event.js';
import { userDeactivated } from './user-deactivated.event.js';
import { userDeleted } from './user-deleted.event.js';
import { userEmailVerified } from './user-email-verified.event.js';
import { userUpdated } from './user-updated.event.js';
import { userVerificationReminded } from './user-verification-reminded.event.js';
import { userUpcasters } from './user.upcasters.js';

const events = [
  userCreated,
  userUpdated,
  userEmailVerified,
  userVerificationReminded,
  userDeactivated,
  userDeleted,
] as const;

/** Every event of a user, by its wire name. To add one: define it, list it here, and let the compiler lead you. */
export const userEvents = defineCatalog({
  aggregateType: 'user',
  topic: TOPICS.userEvents,
  events,
  upcasters: userUpcasters,
});

export type UserEvent = EventOf<(typeof events)[number]>;
