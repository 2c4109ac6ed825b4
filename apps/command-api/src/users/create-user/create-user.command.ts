import type { CommandResult } from '@eventfleet/event-store';
import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../command-execution/command-context.js';

export class CreateUser extends Command<CommandResult> {
  constructor(
    readonly user: { readonly id: string; readonly name: string; readonly email: string },
    /** The id was made for this command: nothing can be stored under it. */
    readonly isNewId: boolean,
    readonly context: CommandContext,
  ) {
    super();
  }
}
