import type { CommandResult } from '@eventfleet/event-store';
import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../command-execution/command-context.js';
import type { UpdateUserRequest } from './update-user.request.js';

export class UpdateUser extends Command<CommandResult> {
  constructor(
    readonly id: string,
    /** What is absent stays as it is. */
    readonly changes: UpdateUserRequest,
    readonly context: CommandContext,
  ) {
    super();
  }
}
