import type { CommandResult } from '@eventfleet/event-store';
import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../command-execution/command-context.js';

/** A user who has not verified the email yet is to be asked again. */
export class RemindUser extends Command<CommandResult> {
  constructor(
    readonly id: string,
    /** Only while the user has this email. */
    readonly emailDigest: string | undefined,
    readonly context: CommandContext,
  ) {
    super();
  }
}
