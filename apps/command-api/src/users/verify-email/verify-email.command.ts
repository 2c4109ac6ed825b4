import type { CommandResult } from '@eventfleet/event-store';
import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '../../commands/command-context.js';
import type { ShownToken } from '../onboarding.js';

export class VerifyEmail extends Command<CommandResult> {
  constructor(
    readonly id: string,
    readonly shown: ShownToken,
    readonly context: CommandContext,
  ) {
    super();
  }
}
