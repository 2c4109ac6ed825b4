import type { CommandResult } from '@eventfleet/event-store';
import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../command-execution/command-context.js';
import type { CheckedToken } from '../onboarding.js';

export class VerifyEmail extends Command<CommandResult> {
  constructor(
    readonly id: string,
    readonly token: CheckedToken,
    readonly context: CommandContext,
  ) {
    super();
  }
}
