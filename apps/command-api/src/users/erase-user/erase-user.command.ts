import type { CommandResult } from '@eventfleet/event-store';
import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../command-execution/command-context.js';

export class EraseUser extends Command<CommandResult> {
  constructor(
    readonly id: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
