import { defineAggregate } from '../define-aggregate.js';
import type { EventOf } from '../event-catalog.js';
import { userCommands } from './commands/user-commands.js';
import { userCreated } from './user-created.event.js';
import { userDeactivated } from './user-deactivated.event.js';
import { userDeleted } from './user-deleted.event.js';
import { userEmailVerified } from './user-email-verified.event.js';
import { userErased } from './user-erased.event.js';
import { userUpdated } from './user-updated.event.js';
import { userVerificationReminded } from './user-verification-reminded.event.js';
import { userUpcasters } from './user.upcasters.js';

/** What every app shares about users. To add an event: define it, list it here, and follow the compiler. */
export const userAggregate = defineAggregate({
  name: 'user',
  topic: 'user-events',
  events: [
    userCreated,
    userUpdated,
    userEmailVerified,
    userVerificationReminded,
    userDeactivated,
    userDeleted,
    userErased,
  ],
  erasedBy: 'user.erased',
  upcasters: userUpcasters,
  commands: userCommands,
});

/** Every event of a user, by its wire name. */
export const userEvents = userAggregate.events;

export type UserEvent = EventOf<typeof userEvents>;
