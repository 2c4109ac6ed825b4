import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommits } from '../user-commits.js';
import { VerifyEmail } from './verify-email.command.js';

@CommandHandler(VerifyEmail)
export class VerifyEmailHandler implements ICommandHandler<VerifyEmail> {
  constructor(private readonly users: UserCommits) {}

  execute({ id, shown, context }: VerifyEmail) {
    return this.users.execute({ aggregateId: id, command: { type: 'verify-email', ...shown }, ...context });
  }
}
