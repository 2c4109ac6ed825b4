import type { CommandResult } from '@eventfleet/event-store';
import type { UserCommandMessage } from '@eventfleet/contracts';
import type { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../command-execution/command-context.js';
import { CreateUser } from '../create-user/create-user.command.js';
import { DeactivateUser } from '../deactivate-user/deactivate-user.command.js';
import { DeleteUser } from '../delete-user/delete-user.command.js';
import { RemindUser } from '../remind-user/remind-user.command.js';
import { UpdateUser } from '../update-user/update-user.command.js';

/** Which use case a command from Kafka is. Pure. */
export function toCommand(command: UserCommandMessage, context: CommandContext): Command<CommandResult> {
  const { userId: id } = command;
  switch (command.type) {
    case 'create-user':
      return new CreateUser({ id, ...command.data }, false, context);
    case 'update-user':
      return new UpdateUser(id, command.data, context);
    case 'delete-user':
      return new DeleteUser(id, context);
    case 'deactivate-user':
      return new DeactivateUser(id, command.data, context);
    case 'remind-user':
      return new RemindUser(id, command.data.emailDigest, context);
  }
}
