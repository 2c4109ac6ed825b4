import { z } from 'zod';
import { defineCatalog, defineEvent, type EventOf } from '../event-catalog.js';
import { TOPICS } from '../topics.js';
import { deactivationReason } from '../users/user-deactivated.event.js';
import { userEmail, userName } from '../users/user-fields.js';

const commands = [
  defineEvent('create-user', 1, z.strictObject({ name: userName, email: userEmail })),
  /** What is absent stays as it is. */
  defineEvent('update-user', 1, z.strictObject({ name: userName.optional(), email: userEmail.optional() })),
  defineEvent('delete-user', 1, z.strictObject({})),
  /**
   * Only a user who waits for the verification can be deactivated or reminded; with `emailDigest` (`verificationDigest`)
   * only of this email: who sends it may not have heard of another one yet.
   */
  defineEvent(
    'deactivate-user',
    1,
    z.strictObject({ reason: deactivationReason, emailDigest: z.string().optional() }),
  ),
  defineEvent('remind-user', 1, z.strictObject({ emailDigest: z.string().optional() })),
] as const;

/**
 * Every command that other services may send over Kafka, by its wire name. Unknown fields are refused: a field that was
 * misspelt must not look like one that was left out.
 */
export const userCommands = defineCatalog({
  aggregateType: 'user-command',
  topic: TOPICS.userCommands,
  events: commands,
});

export type UserCommandContent = EventOf<(typeof commands)[number]>;
