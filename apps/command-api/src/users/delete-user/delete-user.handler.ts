import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommandExecutor } from '../user-command-executor.js';
import { DeleteUser } from './delete-user.command.js';

@CommandHandler(DeleteUser)
export class DeleteUserHandler implements ICommandHandler<DeleteUser> {
  constructor(private readonly users: UserCommandExecutor) {}

  execute({ id, context }: DeleteUser) {
    return this.users.execute({ aggregateId: id, command: { type: 'delete-user' }, ...context });
  }
}
