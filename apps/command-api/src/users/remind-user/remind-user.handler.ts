import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommits } from '../user-commits.js';
import { RemindUser } from './remind-user.command.js';

@CommandHandler(RemindUser)
export class RemindUserHandler implements ICommandHandler<RemindUser> {
  constructor(private readonly users: UserCommits) {}

  execute({ id, context }: RemindUser) {
    return this.users.execute({ aggregateId: id, command: { type: 'remind-user' }, ...context });
  }
}
