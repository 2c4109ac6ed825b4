import { z } from 'zod';
import { defineCommand, defineCommandCatalog, type CommandOf } from '../../command-catalog.js';
import { deactivationReason } from '../user-deactivated.event.js';
import { userEmail, userName } from '../user-fields.js';

const createUser = defineCommand('create-user', 1, z.strictObject({ name: userName, email: userEmail }));

/** What is absent stays as it is. */
const updateUser = defineCommand(
  'update-user',
  1,
  z.strictObject({ name: userName.optional(), email: userEmail.optional() }),
);

const deleteUser = defineCommand('delete-user', 1, z.strictObject({}));

/**
 * Only a user who waits for the verification can be deactivated or reminded. With `emailDigest` (`verificationDigest`)
 * the command is only for this email: its sender may not have read of another one yet.
 */
const deactivateUser = defineCommand(
  'deactivate-user',
  1,
  z.strictObject({ reason: deactivationReason, emailDigest: z.string().optional() }),
);

const remindUser = defineCommand('remind-user', 1, z.strictObject({ emailDigest: z.string().optional() }));

/**
 * Every command that other services may send over Kafka, by its wire name. Unknown fields are refused: a field that was
 * misspelt must not look like one that was left out.
 */
export const userCommands = defineCommandCatalog({
  aggregate: 'user',
  topic: 'user-commands',
  replyTopic: 'user-command-replies',
  commands: [createUser, updateUser, deleteUser, deactivateUser, remindUser],
});

export type UserCommandContent = CommandOf<typeof userCommands>;
