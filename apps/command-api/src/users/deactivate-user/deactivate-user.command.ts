import type { CommandResult } from '@eventfleet/event-store';
import type { DeactivationReason } from '@eventfleet/contracts';
import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../command-execution/command-context.js';

/** The onboarding of a user who has not verified the email has failed. */
export class DeactivateUser extends Command<CommandResult> {
  constructor(
    readonly id: string,
    readonly failure: {
      readonly reason: DeactivationReason;
      /** Only while the user has this email. */
      readonly emailDigest?: string | undefined;
    },
    readonly context: CommandContext,
  ) {
    super();
  }
}
