import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Onboarding } from '../onboarding.js';
import { UserCommandExecutor } from '../user-command-executor.js';
import { CreateUser } from './create-user.command.js';

@CommandHandler(CreateUser)
export class CreateUserHandler implements ICommandHandler<CreateUser> {
  constructor(
    private readonly users: UserCommandExecutor,
    private readonly onboarding: Onboarding,
  ) {}

  execute({ user, isNewId, context }: CreateUser) {
    return this.users.execute({
      aggregateId: user.id,
      command: { type: 'create-user', ...user, isPending: this.onboarding.isOn },
      isNewId,
      ...context,
    });
  }
}
