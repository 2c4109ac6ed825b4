import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommits } from '../user-commits.js';
import { CreateUser } from './create-user.command.js';

@CommandHandler(CreateUser)
export class CreateUserHandler implements ICommandHandler<CreateUser> {
  constructor(private readonly users: UserCommits) {}

  execute({ user, isNewId, context }: CreateUser) {
    return this.users.execute({
      aggregateId: user.id,
      command: { type: 'create-user', ...user },
      isNewId,
      ...context,
    });
  }
}
