import { Command } from '@nestjs/cqrs';
import type { CommandContext, CommandOutcome } from '../../commands/command-context.js';
import type { ShownToken } from '../onboarding.js';

export class VerifyEmail extends Command<CommandOutcome> {
  constructor(
    readonly id: string,
    readonly shown: ShownToken,
    readonly context: CommandContext,
  ) {
    super();
  }
}
