import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommandExecutor } from '../user-command-executor.js';
import { DeactivateUser } from './deactivate-user.command.js';

@CommandHandler(DeactivateUser)
export class DeactivateUserHandler implements ICommandHandler<DeactivateUser> {
  constructor(private readonly users: UserCommandExecutor) {}

  execute({ id, failure: { reason, emailDigest }, context }: DeactivateUser) {
    const command = { type: 'deactivate-user', reason, ...(emailDigest && { emailDigest }) } as const;
    return this.users.execute({ aggregateId: id, command, ...context });
  }
}
