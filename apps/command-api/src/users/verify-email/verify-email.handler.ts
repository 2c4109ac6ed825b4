import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommandExecutor } from '../user-command-executor.js';
import { VerifyEmail } from './verify-email.command.js';

@CommandHandler(VerifyEmail)
export class VerifyEmailHandler implements ICommandHandler<VerifyEmail> {
  constructor(private readonly users: UserCommandExecutor) {}

  execute({ id, token, context }: VerifyEmail) {
    return this.users.execute({ aggregateId: id, command: { type: 'verify-email', ...token }, ...context });
  }
}
