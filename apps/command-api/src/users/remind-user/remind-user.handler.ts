import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommandExecutor } from '../user-command-executor.js';
import { RemindUser } from './remind-user.command.js';

@CommandHandler(RemindUser)
export class RemindUserHandler implements ICommandHandler<RemindUser> {
  constructor(private readonly users: UserCommandExecutor) {}

  execute({ id, emailDigest, context }: RemindUser) {
    const command = { type: 'remind-user', ...(emailDigest && { emailDigest }) } as const;
    return this.users.execute({ aggregateId: id, command, ...context });
  }
}
