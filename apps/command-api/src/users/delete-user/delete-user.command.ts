import { Command } from '@nestjs/cqrs';
import type { CommandContext, CommandOutcome } from '../../commands/command-context.js';

export class DeleteUser extends Command<CommandOutcome> {
  constructor(
    readonly id: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
