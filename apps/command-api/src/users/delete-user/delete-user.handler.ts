import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommits } from '../user-commits.js';
import { DeleteUser } from './delete-user.command.js';

@CommandHandler(DeleteUser)
export class DeleteUserHandler implements ICommandHandler<DeleteUser> {
  constructor(private readonly users: UserCommits) {}

  execute({ id, context }: DeleteUser) {
    return this.users.execute({ aggregateId: id, command: { type: 'delete-user' }, ...context });
  }
}
