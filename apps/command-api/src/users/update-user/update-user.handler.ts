import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserCommandExecutor } from '../user-command-executor.js';
import { UpdateUser } from './update-user.command.js';

@CommandHandler(UpdateUser)
export class UpdateUserHandler implements ICommandHandler<UpdateUser> {
  constructor(private readonly users: UserCommandExecutor) {}

  execute({ id, changes: { name, email }, context }: UpdateUser) {
    return this.users.execute({
      aggregateId: id,
      command: {
        type: 'update-user',
        ...(name !== undefined && { name }),
        ...(email !== undefined && { email }),
      },
      ...context,
    });
  }
}
