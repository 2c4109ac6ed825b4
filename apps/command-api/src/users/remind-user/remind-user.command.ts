import { Command } from '@nestjs/cqrs';
import type { CommandContext, CommandOutcome } from '../../commands/command-context.js';

/** A user who has not verified the email yet is to be asked again. */
export class RemindUser extends Command<CommandOutcome> {
  constructor(
    readonly id: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
